import { describe, expect, test } from 'vitest';
import type { ApiAnswer } from '../../../src/sources/cluster/api.ts';
import { type OnDemandSettings, onDemand } from '../../../src/sources/cluster/on-demand.ts';
import { type ApiCall, aStatus, signalOfTest, startApiServer } from '../../support/api-server.ts';

type Asked = { readonly path?: string; readonly isLive?: boolean; readonly signal?: AbortSignal };

/** A server that answers when it is told to, and a clock that is moved by hand. */
async function startReading(settings: Partial<OnDemandSettings<string>> = {}) {
  const calls: ApiCall[] = [];
  const { api, requests, openConnections } = await startApiServer((call) => void calls.push(call));
  let nowMs = 1_000;
  const read = onDemand<string>(api, {
    bytesOf: (value) => value.length,
    keptMs: 100,
    absenceKeptMs: 20,
    nowMs: () => nowMs,
    ...settings,
  });
  const parsed: ApiAnswer[] = [];
  const parse = (answer: ApiAnswer) => {
    parsed.push(answer);
    return textOf(answer);
  };
  const ask = ({ path = '/a', isLive = false, signal = signalOfTest() }: Asked = {}) =>
    read(path, parse, { isLive, signal });
  const answered = async (index: number, status: number, body: unknown) => {
    await expect.poll(() => calls.length).toBeGreaterThan(index);
    calls[index]?.reply(status, body);
  };
  return {
    ask,
    /** Answers the request of this index with a value, as soon as it is there. */
    answer: (index: number, value: unknown) => answered(index, 200, { value }),
    refuse: (index: number, status: number) => answered(index, status, aStatus(status, 'No')),
    count: () => requests.length,
    parsed,
    openConnections,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

function textOf(answer: ApiAnswer): string {
  switch (answer.kind) {
    case 'ok':
      return String((answer.value as { readonly value: unknown }).value);
    case 'absent':
      return 'absent';
    case 'refused':
      return `refused ${answer.status}`;
    case 'unreachable':
      return answer.reason;
  }
}

describe('many who ask at once', () => {
  test('are one request, and one parse', async () => {
    const { ask, answer, count, parsed } = await startReading();
    const crowd = Promise.all(Array.from({ length: 100 }, () => ask()));
    await answer(0, 'one');

    expect(new Set(await crowd)).toEqual(new Set(['one']));
    expect(count()).toBe(1);
    expect(parsed).toHaveLength(1);
  });

  test('for different objects are a request each', async () => {
    const { ask, answer, count } = await startReading();
    const [one, other] = [ask({ path: '/secrets/a' }), ask({ path: '/serviceaccounts/a' })];
    await answer(0, 'one');
    await answer(1, 'other');

    expect([await one, await other].toSorted()).toEqual(['one', 'other']);
    expect(count()).toBe(2);
  });

  test('do without the one who gives up first', async () => {
    const { ask, answer, count } = await startReading();
    const leaving = new AbortController();
    const [first, second] = [ask({ signal: leaving.signal }), ask()];
    await expect.poll(count).toBe(1);
    leaving.abort();

    expect(await first).toBe('no answer before the deadline');
    await answer(0, 'one');
    expect(await second).toBe('one');
    expect(count()).toBe(1);
  });
});

describe('what was read', () => {
  test('is kept until its time is over, and no request is made meanwhile', async () => {
    const { ask, answer, count, pass } = await startReading();
    const first = ask();
    await answer(0, 'one');
    await first;

    pass(99);
    expect(await ask()).toBe('one');
    expect(count()).toBe(1);
    pass(2);
    const second = ask();
    await answer(1, 'two');
    expect(await second).toBe('two');
  });

  test.each([404, 403])('as %i is kept, but shorter', async (status) => {
    const { ask, answer, refuse, count, pass } = await startReading();
    const first = ask();
    await refuse(0, status);
    const said = await first;

    pass(19);
    expect(await ask()).toBe(said);
    expect(count()).toBe(1);
    pass(2);
    const second = ask();
    await answer(1, 'created');
    expect(await second).toBe('created');
  });

  test('as a failure of the server is not kept', async () => {
    const { ask, answer, refuse } = await startReading();
    const first = ask();
    await refuse(0, 500);
    expect(await first).toBe('refused 500');
    const second = ask();
    await answer(1, 'one');
    expect(await second).toBe('one');
  });

  test('is kept as it was parsed, whatever the parse came to', async () => {
    const { ask, answer, parsed } = await startReading();
    const first = ask();
    await answer(0, undefined);
    expect([await first, await ask()]).toEqual(['undefined', 'undefined']);
    expect(parsed).toHaveLength(1);
  });

  test('is kept only as far as there is room, the least used goes first', async () => {
    const { ask, answer, count } = await startReading({ mostKeptBytes: 3_000 });
    for (const [index, path] of ['/a', '/b'].entries()) {
      const reading = ask({ path });
      await answer(index, 'x'.repeat(900));
      await reading;
    }
    await ask({ path: '/a' });
    const third = ask({ path: '/c' });
    await answer(2, 'x'.repeat(900));
    await third;
    expect(count()).toBe(3);

    await ask({ path: '/a' });
    expect(count()).toBe(3);
    const again = ask({ path: '/b' });
    await answer(3, 'again');
    expect(await again).toBe('again');
  });

  test('and is too large to keep is given, not kept', async () => {
    const { ask, answer } = await startReading({ mostKeptBytes: 1_000 });
    const first = ask();
    await answer(0, 'x'.repeat(1_000));
    expect(await first).toHaveLength(1_000);
    const second = ask();
    await answer(1, 'small');
    expect(await second).toBe('small');
  });
});

describe('a live question', () => {
  test('does not count what is kept; its answer counts for all', async () => {
    const { ask, answer, count } = await startReading();
    const first = ask();
    await answer(0, 'old');
    await first;

    const live = ask({ isLive: true });
    await answer(1, 'new');
    expect([await live, await ask()]).toEqual(['new', 'new']);
    expect(count()).toBe(2);
  });

  test('does not share a request that was sent before it', async () => {
    const { ask, answer, count } = await startReading();
    const before = ask();
    await expect.poll(count).toBe(1);
    const live = ask({ isLive: true });
    await expect.poll(count).toBe(2);
    await answer(0, 'old');
    await before;
    const another = ask({ isLive: true });
    await expect.poll(count).toBe(3);
    await answer(1, 'new');
    await answer(2, 'newest');

    expect([await before, await live, await another]).toEqual(['old', 'new', 'newest']);
    expect(await ask()).toBe('newest');
  });

  test('is shared by those who come after it and need no live answer', async () => {
    const { ask, answer, count } = await startReading();
    const live = ask({ isLive: true });
    const after = ask();
    await answer(0, 'one');

    expect([await live, await after]).toEqual(['one', 'one']);
    expect(count()).toBe(1);
  });

  test('is not undone by an earlier request that is answered later', async () => {
    const { ask, answer, count } = await startReading();
    const before = ask();
    await expect.poll(count).toBe(1);
    const live = ask({ isLive: true });
    await answer(1, 'new');
    await live;
    await answer(0, 'old');

    expect(await before).toBe('old');
    expect(await ask()).toBe('new');
  });
});

test('what is read again and has not changed stays what it was', async () => {
  const { ask, answer, pass } = await startReading({ isSame: (one, other) => one.length === other.length });
  const first = ask();
  await answer(0, 'one');
  await first;
  pass(101);
  const same = ask();
  await answer(1, 'two');
  expect(await same).toBe('one');
  pass(101);
  const changed = ask();
  await answer(2, 'three');
  expect(await changed).toBe('three');
});

test('who has no time left asks nothing', async () => {
  const { ask, count } = await startReading();
  expect(await ask({ signal: AbortSignal.abort() })).toBe('no answer before the deadline');
  expect(count()).toBe(0);
});

test('an answer that is too large says so', async () => {
  const { ask, answer } = await startReading({ mostAnswerBytes: 1_000 });
  const asked = ask();
  await answer(0, 'x'.repeat(2_000));
  expect(await asked).toBe('the answer is too large');
});
