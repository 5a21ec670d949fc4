import { describe, expect, test } from 'vitest';
import { PullLedger } from '../../../src/core/registry/pull-share.ts';

const windowMs = 21_600_000;
const announced = (left: number, limit = 100) => ({ limit, remaining: left, windowMs });

/** Of 100 in six hours. `hear` is the answer to a request that was sent after the last answer. */
function aLedger(remaining = 100, share = 0.2) {
  let order = 1;
  const clock = { nowMs: 0 };
  const ledger = new PullLedger(share, announced(remaining), order, clock.nowMs);
  const next = () => {
    order += 1;
    return order;
  };
  return {
    clock,
    ledger,
    asked: next,
    hear: (left: number, askedAs = next(), limit = 100) =>
      ledger.hear(announced(left, limit), askedAs, next(), clock.nowMs),
    /** Counted requests, one after the other, until there is no room; the registry announces what they leave. */
    pull: (left?: number) => {
      let pulls = 0;
      while (ledger.hasRoom(clock.nowMs)) {
        ledger.spend(clock.nowMs);
        pulls += 1;
        if (left !== undefined) ledger.hear(announced(left - pulls), next(), next(), clock.nowMs);
        ledger.settle(true, clock.nowMs);
      }
      return pulls;
    },
  };
}

describe('so many pulls', () => {
  test.each([
    [100, 0.2, 19],
    [100, 0, 0],
    [100, 0.01, 0],
    [100, 1, 99],
    // What others used up before may be the work of another replica.
    [81, 0.2, 0],
    [95, 0.2, 10],
    // No replica uses so much.
    [80, 0.2, 19],
    [10, 0.2, 19],
  ])('with %i left of 100 at first, and a share of %d: %i', (remaining, share, pulls) => {
    expect(aLedger(remaining, share).pull(remaining)).toBe(pulls);
  });

  test('are counted here where the registry announces always the same', () => {
    expect(aLedger(76).pull()).toBe(19);
  });

  test('are counted here where each answer announces the same', () => {
    const { ledger, clock, hear } = aLedger();
    let pulls = 0;
    for (; pulls < 50 && ledger.hasRoom(clock.nowMs); pulls += 1) {
      ledger.spend(clock.nowMs);
      hear(100);
      ledger.settle(true, clock.nowMs);
    }

    expect(pulls).toBe(19);
  });

  test('are fewer where others use it up, too, with some left for those that ask at the same moment', () => {
    const { ledger, clock, hear } = aLedger();

    hear(86);
    expect(ledger.hasRoom(clock.nowMs)).toBe(true);
    hear(85);
    expect(ledger.hasRoom(clock.nowMs)).toBe(false);
  });
});

describe('an answer that comes late', () => {
  test('is no news', () => {
    const { ledger, clock, asked, hear } = aLedger();
    const late = asked();

    hear(85);
    hear(100, late);
    expect(ledger.hasRoom(clock.nowMs)).toBe(false);
  });

  test('is not taken for a new announcement if it says the same', () => {
    const { ledger, clock, asked, hear } = aLedger();
    const late = asked();

    hear(100);
    clock.nowMs = windowMs / 2;
    hear(100, late);
    clock.nowMs = windowMs;
    hear(50);
    expect(ledger.hasRoom(clock.nowMs)).toBe(true);
  });

  test('may say that more was used up', () => {
    const { ledger, clock, asked, hear } = aLedger();
    const late = asked();

    hear(100);
    hear(85, late);
    expect(ledger.hasRoom(clock.nowMs)).toBe(false);
  });
});

describe('there is room again', () => {
  test('when the window is over', () => {
    const { clock, hear, pull } = aLedger();

    expect(pull(100)).toBe(19);
    clock.nowMs += windowMs - 1;
    hear(81);
    expect(pull(81)).toBe(0);
    clock.nowMs += 1;
    expect(pull(81)).toBe(19);
  });

  test('when the window is over since the last answer, whatever others used up in it', () => {
    const { ledger, clock, hear } = aLedger();

    clock.nowMs = windowMs;
    hear(50);
    expect(ledger.hasRoom(clock.nowMs)).toBe(true);
    clock.nowMs = 1.6 * windowMs;
    hear(30);
    expect(ledger.hasRoom(clock.nowMs)).toBe(false);
  });

  test.each<readonly [announcedMs: number, forgottenMs: number]>([
    [60_000, 60_000],
    [86_400_000, 21_600_000],
  ])('when a window of %i ms is over, after %i ms', (announcedMs, forgottenMs) => {
    const ledger = new PullLedger(0.2, { limit: 100, remaining: 100, windowMs: announcedMs }, 1, 0);
    for (let pulls = 0; pulls < 19; pulls += 1) ledger.spend(0);

    expect(ledger.hasRoom(forgottenMs - 1)).toBe(false);
    expect(ledger.hasRoom(forgottenMs)).toBe(true);
  });

  test.each<readonly [string, readonly (readonly [atMs: number, pulls: number])[], number, boolean]>([
    [
      'a thirty-second of it apart are counted apart',
      [
        [0, 1],
        [windowMs / 32, 19],
      ],
      windowMs,
      false,
    ],
    [
      'closer together are forgotten together',
      [
        [0, 1],
        [windowMs / 64, 19],
      ],
      windowMs,
      true,
    ],
    [
      'closer together are forgotten together, also after others',
      [
        [0, 1],
        [windowMs / 4, 1],
        [windowMs / 2, 1],
        [windowMs / 2 + windowMs / 64, 19],
      ],
      1.5 * windowMs,
      true,
    ],
  ])('when pulls are older than the window: what is %s', (_name, pulls, nowMs, expected) => {
    const { ledger } = aLedger();
    for (const [atMs, count] of pulls) for (let pull = 0; pull < count; pull += 1) ledger.spend(atMs);

    expect(ledger.hasRoom(nowMs)).toBe(expected);
  });

  test('not sooner because an answer in between announced nothing new', () => {
    const { ledger, clock, hear } = aLedger();

    clock.nowMs = windowMs / 2;
    hear(100);
    clock.nowMs = windowMs / 2 + windowMs / 64;
    hear(80);
    expect(ledger.hasRoom(1.5 * windowMs)).toBe(false);
  });

  test('when the registry announces less, but for what is on its way', () => {
    const { ledger, clock, hear, pull } = aLedger();
    for (let pulls = 0; pulls < 15; pulls += 1) ledger.spend(clock.nowMs);
    hear(85);
    for (let pulls = 0; pulls < 10; pulls += 1) ledger.settle(true, clock.nowMs);
    hear(98);

    expect(pull()).toBe(12);
  });

  test('when the registry announces less, and what was counted here is as old as before', () => {
    const { ledger, clock, hear, pull } = aLedger(90);
    for (let pulls = 0; pulls < 5; pulls += 1) {
      ledger.spend(clock.nowMs);
      ledger.settle(true, clock.nowMs);
    }
    clock.nowMs = windowMs / 2;
    hear(95);
    clock.nowMs = windowMs;

    expect(pull()).toBe(19);
  });

  test('when the registry announces less of what was too much to be of replicas', () => {
    const { ledger, clock, hear } = aLedger(40);
    hear(41);

    expect(ledger.hasRoom(clock.nowMs)).toBe(true);
  });

  test('when the registry announces that it begins a new window', () => {
    const { clock, hear, pull } = aLedger();

    expect(pull(100)).toBe(19);
    clock.nowMs += 60_000;
    hear(100);
    expect(pull(100)).toBe(19);
  });

  test('when the limit is a larger one, less what was used up here', () => {
    const { ledger, hear, pull } = aLedger();

    pull(100);
    hear(200, undefined, 200);
    expect(ledger.rateLimit).toMatchObject({ limit: 200 });
    expect(pull()).toBe(20);
  });
});

describe('requests at the same time', () => {
  test.each([
    [100, 2],
    [10, 1],
    [5000, 111],
  ])('of a limit of %i: %i', (limit, most) => {
    const ledger = new PullLedger(0.2, { limit, remaining: limit }, 1, 0);
    let count = 0;
    while (ledger.hasTurn(0)) {
      ledger.spend(0);
      count += 1;
    }
    expect(count).toBe(most);
  });

  test('are over when they are answered, and count only if the registry counted them', () => {
    const { ledger, clock, pull } = aLedger();

    for (const wasCounted of [false, undefined, true]) {
      ledger.spend(clock.nowMs);
      ledger.settle(wasCounted, clock.nowMs);
    }
    expect(ledger.hasTurn(clock.nowMs)).toBe(true);
    expect(pull()).toBe(17);
  });
});
