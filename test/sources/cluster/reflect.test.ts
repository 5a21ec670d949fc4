import { describe, expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import { reflect } from '../../../src/sources/cluster/reflect.ts';
import {
  type ApiCall,
  aListPage,
  aStatus,
  openTestApi,
  signalOfTest,
  startApiServer,
  type WatchStream,
} from '../../support/api-server.ts';
import { makeManualClock } from '../../support/clock.ts';
import { startServer } from '../../support/servers.ts';

const thing = z.object({ metadata: z.object({ name: z.string() }), colour: z.string() });

function parseThing(object: unknown) {
  const parsed = thing.safeParse(object);
  return parsed.success ? { name: parsed.data.metadata.name, item: parsed.data.colour } : undefined;
}

const aThing = (name: string, resourceVersion: string, colour: unknown = 'red') => ({
  metadata: { name, resourceVersion },
  colour,
});
const aBookmark = (resourceVersion: string) => ({ metadata: { resourceVersion } });

type Script = {
  /** `index` from 0. */
  readonly onList?: (call: ApiCall, index: number) => void;
  readonly onWatch?: (call: ApiCall, index: number) => void;
  readonly firstBackOffMs?: number;
};

async function startReflecting({ onList, onWatch, firstBackOffMs = 0 }: Script = {}) {
  const lists: ApiCall[] = [];
  const watches: ApiCall[] = [];
  const streams: WatchStream[] = [];
  const { api } = await startApiServer((call) => {
    if (call.isWatch) {
      watches.push(call);
      if (onWatch) onWatch(call, watches.length - 1);
      else streams.push(call.stream());
      return;
    }
    lists.push(call);
    if (onList) onList(call, lists.length - 1);
    else call.reply(200, aListPage([aThing('a', '1')], '10'));
  });
  const troubles: string[] = [];
  let recoveries = 0;
  const clock = makeManualClock();
  const ends = new AbortController();
  onTestFinished(() => ends.abort());
  const reflected = reflect(api, {
    path: '/api/v1/things',
    parse: parseThing,
    onTrouble: (reason) => void troubles.push(reason),
    onRecovered: () => {
      recoveries += 1;
    },
    signal: ends.signal,
    firstBackOffMs,
    pageSize: 2,
    clock,
  });
  return {
    clock,
    reflected,
    items: () => Object.fromEntries(reflected.items),
    lists,
    watches,
    /** The stream of the watch with this index, as soon as it has begun on both sides. */
    stream: async (index: number): Promise<WatchStream> => {
      await expect.poll(() => streams.length).toBeGreaterThan(index);
      await expect.poll(clock.waiting).toContain(1_000);
      const stream = streams[index];
      if (stream === undefined) throw new Error('it is there');
      return stream;
    },
    troubles,
    recoveries: () => recoveries,
    end: () => ends.abort(),
  };
}

describe('a list', () => {
  test('is read page by page, and counts when it is whole', async () => {
    const pages: ((page: object) => void)[] = [];
    const { reflected, items, lists, watches } = await startReflecting({
      onList: ({ reply }) => void pages.push((page) => reply(200, page)),
    });
    const answerPage = async (index: number, page: object) => {
      await expect.poll(() => pages.length).toBeGreaterThan(index);
      pages[index]?.(page);
    };
    await answerPage(0, aListPage([aThing('a', '1'), aThing('b', '2')], '10', 'go/on&more'));
    await expect.poll(() => lists.length).toBe(2);
    expect(reflected.isSynced()).toBe(false);
    expect(items()).toEqual({});
    await answerPage(1, aListPage([aThing('c', '3', 'blue')], '10', ''));

    await expect.poll(() => watches.length).toBe(1);
    expect(reflected.isSynced()).toBe(true);
    expect(items()).toEqual({ a: 'red', b: 'red', c: 'blue' });
    expect(lists.map(({ query }) => Object.fromEntries(query))).toEqual([
      { limit: '2' },
      { limit: '2', continue: 'go/on&more' },
    ]);
    expect(Object.fromEntries(watches[0]?.query ?? [])).toMatchObject({
      resourceVersion: '10',
      allowWatchBookmarks: 'true',
    });
    const seconds = Number(watches[0]?.query.get('timeoutSeconds'));
    expect(seconds).toBeGreaterThanOrEqual(40);
    expect(seconds).toBeLessThan(50);
  });

  test('leaves out what cannot be understood', async () => {
    const { items, watches } = await startReflecting({
      onList: ({ reply }) => reply(200, aListPage([aThing('a', '1'), aThing('b', '2', 7), null, 'x'], '10')),
    });
    await expect.poll(() => watches.length).toBe(1);
    expect(items()).toEqual({ a: 'red' });
  });

  test('may be empty', async () => {
    const { reflected, items } = await startReflecting({
      onList: ({ reply }) => reply(200, { metadata: { resourceVersion: '10' }, items: null }),
    });
    await expect.poll(() => reflected.isSynced()).toBe(true);
    expect(items()).toEqual({});
  });

  test('whose next page is forgotten is read from its start, without a word', async () => {
    const { items, lists, troubles, watches } = await startReflecting({
      onList: ({ reply }, index) => {
        if (index === 0) reply(200, aListPage([aThing('old', '1')], '10', 'next'));
        else if (index === 1) reply(410, aStatus(410, 'Expired'));
        else reply(200, aListPage([aThing('new', '20')], '20'));
      },
    });
    await expect.poll(() => watches.length).toBe(1);
    expect(lists.map(({ query }) => query.get('continue'))).toEqual([null, 'next', null]);
    expect(items()).toEqual({ new: 'red' });
    expect(troubles).toEqual([]);
  });

  test.each([
    ['may not be read', 403, aStatus(403, 'Forbidden'), 'status 403'],
    ['is not there', 404, aStatus(404, 'NotFound'), 'status 404'],
    ['is none', 200, { kind: 'Status' }, 'the list is invalid'],
    ['is no JSON', 200, '<html>', 'the answer is not JSON'],
  ])('that %s is told once, and tried again', async (_name, status, body, reason) => {
    const { reflected, lists, troubles } = await startReflecting({ onList: ({ reply }) => reply(status, body) });
    await expect.poll(() => lists.length).toBeGreaterThan(3);
    expect(reflected.isSynced()).toBe(false);
    expect(troubles).toEqual([reason]);
  });
});

describe('a watch', () => {
  test('gives the same list until something changes', async () => {
    const { reflected, stream } = await startReflecting();
    const { send } = await stream(0);
    const before = reflected.list;
    expect(reflected.list).toBe(before);
    send('ADDED', aThing('b', '11', 'green'));

    await expect.poll(() => reflected.list).toEqual(['red', 'green']);
    expect(before).toEqual(['red']);
  });

  test('adds, changes and deletes', async () => {
    const { items, stream } = await startReflecting();
    const { send } = await stream(0);
    send('ADDED', aThing('b', '11', 'green'));
    send('MODIFIED', aThing('a', '12', 'blue'));
    await expect.poll(items).toEqual({ a: 'blue', b: 'green' });
    send('DELETED', aThing('b', '13', 'green'));
    await expect.poll(items).toEqual({ a: 'blue' });
  });

  test('leaves out what cannot be understood any more', async () => {
    const { items, stream } = await startReflecting();
    const { send } = await stream(0);
    send('MODIFIED', aThing('a', '11', ['blue']));
    await expect.poll(items).toEqual({});
  });

  test('goes on where it was when the server ends it, without another list', async () => {
    const { items, lists, watches, stream, troubles } = await startReflecting();
    const first = await stream(0);
    first.send('ADDED', aThing('b', '11'));
    first.send('BOOKMARK', aBookmark('15'));
    first.end();
    const second = await stream(1);
    second.send('ADDED', aThing('c', '16'));
    await expect.poll(items).toHaveProperty('c');
    second.cut();
    await stream(2);

    expect(watches.map(({ query }) => query.get('resourceVersion'))).toEqual(['10', '15', '16']);
    expect(lists).toHaveLength(1);
    expect(troubles).toEqual([]);
  });

  test('whose version is forgotten is followed by a list: what is gone is gone', async () => {
    const { items, watches, stream, troubles } = await startReflecting({
      onList: ({ reply }, index) =>
        reply(200, index === 0 ? aListPage([aThing('a', '1')], '10') : aListPage([aThing('b', '20')], '20')),
    });
    const first = await stream(0);
    first.send('ADDED', aThing('c', '11'));
    first.send('ERROR', aStatus(410, 'Expired'));
    const second = await stream(1);

    expect(items()).toEqual({ b: 'red' });
    expect(watches.map(({ query }) => query.get('resourceVersion'))).toEqual(['10', '20']);
    expect(troubles).toEqual([]);
    expect(second.isOpen()).toBe(true);
    expect(first.isOpen()).toBe(false);
  });

  test('that is refused because its version is forgotten is followed by a list', async () => {
    const { lists, watches, troubles } = await startReflecting({
      onWatch: ({ reply, stream }, index) => {
        if (index === 0) reply(410, aStatus(410, 'Expired'));
        else stream();
      },
    });
    await expect.poll(() => watches.length).toBe(2);
    expect(lists).toHaveLength(2);
    expect(troubles).toEqual([]);
  });

  test.each([
    ['no JSON', '{"type":"ADDED"\n', 'an event is invalid'],
    ['of no type', '{"object":{}}\n', 'an event is invalid'],
    ['of an unknown type', '{"type":"RENAMED","object":{}}\n', 'an event is invalid'],
    ['too large', `${'x'.repeat(16 * 1024 * 1024 + 1)}\n`, 'an event is invalid'],
    ['an error', '{"type":"ERROR","object":{"code":500}}\n', 'status 500 in a watch'],
  ])('with an event that is %s is followed by a list', async (_name, line, reason) => {
    const { lists, watches, stream, troubles } = await startReflecting();
    const first = await stream(0);
    first.sendRaw(line);
    await stream(1);

    expect(lists).toHaveLength(2);
    expect(watches).toHaveLength(2);
    expect(troubles).toEqual([reason]);
    expect(first.isOpen()).toBe(false);
  });

  test('that ends at once, time and again, is begun slower and slower', async () => {
    const { clock, watches, troubles } = await startReflecting({
      onWatch: ({ stream }) => stream().end(),
      firstBackOffMs: 1_000,
    });
    // Each between half of it and one and a half times.
    for (const [index, backOffMs] of [1_000, 2_000, 4_000, 8_000, 10_000, 10_000].entries()) {
      await expect.poll(() => watches.length).toBe(index + 1);
      await expect.poll(clock.waiting).toHaveLength(1);
      const [waitMs = 0] = clock.waiting();
      expect(waitMs).toBeGreaterThanOrEqual(backOffMs * 0.5);
      expect(waitMs).toBeLessThan(backOffMs * 1.5);
      clock.advance(waitMs);
    }
    expect(troubles).toEqual(['watches end at once']);
  });

  test('that may be begun no more is told once; what is known stays and grows old', async () => {
    let isAllowed = true;
    const { clock, reflected, items, lists, watches, troubles, recoveries } = await startReflecting({
      onWatch: ({ reply, stream }) => {
        if (!isAllowed) return reply(403, aStatus(403, 'Forbidden'));
        const begun = stream();
        begun.send('BOOKMARK', aBookmark(String(watches.length + 10)));
        setImmediate(() => begun.end());
      },
    });
    await expect.poll(() => watches.length).toBeGreaterThan(1);
    isAllowed = false;
    await expect.poll(() => troubles).toEqual(['status 403']);
    const count = watches.length;
    await expect.poll(() => watches.length).toBeGreaterThan(count + 3);
    clock.advance(9_000);

    expect(items()).toEqual({ a: 'red' });
    expect(reflected.isSynced()).toBe(true);
    expect(reflected.ageMs()).toBe(9_000);
    expect([troubles, recoveries(), lists.length]).toEqual([['status 403'], 0, 1]);
    isAllowed = true;
    await expect.poll(recoveries).toBe(1);
    expect(reflected.ageMs()).toBe(0);
    expect(troubles).toHaveLength(1);
  });
});

describe('what is known is current', () => {
  test('as long as bookmarks come, and not a minute after the last', async () => {
    const { clock, reflected, stream } = await startReflecting();
    const { send } = await stream(0);
    for (const version of ['11', '12', '13']) {
      clock.advance(13_000);
      send('BOOKMARK', aBookmark(version));
      await expect.poll(reflected.ageMs).toBe(0);
      expect(reflected.isCurrent()).toBe(true);
    }
    // No timer comes first: the process had no time for any.
    clock.advance(60_001);
    expect(reflected.isCurrent()).toBe(false);
  });

  test('in a quiet cluster, whose watches end in less than a minute', async () => {
    const { clock, reflected, stream, lists, troubles } = await startReflecting();
    for (let index = 0; index < 5; index += 1) {
      const { send, end } = await stream(index);
      clock.advance(1_000);
      expect(reflected.isCurrent()).toBe(true);
      clock.advance(38_000);
      expect(reflected.isCurrent()).toBe(true);
      send('BOOKMARK', aBookmark(String(index + 11)));
      end();
    }
    await stream(5);
    expect(reflected.isCurrent()).toBe(true);
    expect([lists.length, troubles]).toEqual([1, []]);
  });

  test('not when a watch does not end in time; the next one tells what was missed', async () => {
    const { clock, reflected, items, stream, watches, lists, troubles, recoveries } = await startReflecting();
    const halfOpen = await stream(0);
    clock.advance(54_999);
    await expect.poll(() => troubles).toEqual(['a watch did not end in time']);
    expect(halfOpen.isOpen()).toBe(false);
    expect(reflected.isCurrent()).toBe(false);

    const next = await stream(1);
    next.send('MODIFIED', aThing('a', '11', 'blue'));
    await expect.poll(items).toEqual({ a: 'blue' });
    clock.advance(1_000);
    await expect.poll(recoveries).toBe(1);
    expect(reflected.isCurrent()).toBe(true);
    expect(watches.map(({ query }) => query.get('resourceVersion'))).toEqual(['10', '10']);
    expect(lists).toHaveLength(1);
  });

  test('not while a watch is not answered, which is tried again after ten seconds', async () => {
    const { clock, reflected, watches, troubles } = await startReflecting({ onWatch: () => {} });
    await expect.poll(() => watches.length).toBe(1);
    clock.advance(9_999);
    expect(reflected.isCurrent()).toBe(true);
    clock.advance(1);
    expect(reflected.isCurrent()).toBe(false);
    await expect.poll(() => watches.length).toBe(2);
    expect(troubles).toEqual(['no answer in time']);
  });

  test('not before the first list', async () => {
    const { reflected, lists } = await startReflecting({ onList: () => {} });
    await expect.poll(() => lists.length).toBe(1);
    expect(reflected.isCurrent()).toBe(false);
  });

  test('for ten seconds after a list that no watch follows', async () => {
    const { clock, reflected, troubles } = await startReflecting({
      onWatch: ({ reply }) => reply(403, aStatus(403, 'Forbidden')),
    });
    await expect.poll(() => troubles).toEqual(['status 403']);
    clock.advance(9_999);
    expect(reflected.isCurrent()).toBe(true);
    clock.advance(1);
    expect(reflected.isCurrent()).toBe(false);
  });

  test.each<[string, (stream: WatchStream) => void, boolean]>([
    ['ends', ({ end }) => end(), true],
    ['says that its version is forgotten', ({ send }) => send('ERROR', aStatus(410, 'Expired')), true],
    ['is cut', ({ cut }) => cut(), true],
    ['fails', ({ send }) => send('ERROR', aStatus(500, 'InternalError')), false],
    ['says what cannot be understood', ({ sendRaw }) => sendRaw('{"type":"RENAMED","object":{}}\n'), false],
  ])(
    'for ten seconds after a quiet watch that %s, if that tells that nothing was missed',
    async (_name, finish, isCurrent) => {
      let began: WatchStream | undefined;
      const { clock, reflected, watches, lists } = await startReflecting({
        onWatch: ({ reply, stream }, index) => {
          if (index === 0) began = stream();
          else reply(403, aStatus(403, 'Forbidden'));
        },
        onList: ({ reply }, index) => {
          if (index === 0) reply(200, aListPage([aThing('a', '1')], '10'));
          else reply(403, aStatus(403, 'Forbidden'));
        },
      });
      await expect.poll(clock.waiting).toContain(1_000);
      clock.advance(30_000);
      if (began !== undefined) finish(began);
      await expect.poll(() => watches.length + lists.length).toBeGreaterThan(4);

      expect(reflected.isCurrent()).toBe(isCurrent);
      clock.advance(10_000);
      expect(reflected.isCurrent()).toBe(false);
    },
  );

  test('after a watch that was cut, not a minute after the last sign of life', async () => {
    // The longest that a watch may last.
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.99);
    onTestFinished(() => random.mockRestore());
    let began: WatchStream | undefined;
    const { clock, reflected, watches } = await startReflecting({
      onWatch: ({ reply, stream }, index) => {
        if (index === 0) began = stream();
        else reply(403, aStatus(403, 'Forbidden'));
      },
    });
    await expect.poll(clock.waiting).toContain(1_000);
    clock.advance(53_000);
    began?.cut();
    await expect.poll(() => watches.length).toBeGreaterThan(2);

    clock.advance(6_999);
    expect(reflected.isCurrent()).toBe(true);
    clock.advance(1);
    expect(reflected.isCurrent()).toBe(false);
  });

  test('not by watches that end at once, time and again', async () => {
    const { clock, reflected, troubles } = await startReflecting({ onWatch: ({ stream }) => stream().end() });
    await expect.poll(() => troubles).toEqual(['watches end at once']);
    clock.advance(10_001);
    expect(reflected.isCurrent()).toBe(false);
  });

  test('again when a watch has begun and told what was missed; that it has begun is told before', async () => {
    let isAllowed = true;
    let first: WatchStream | undefined;
    const { clock, reflected, troubles, recoveries } = await startReflecting({
      onWatch: ({ reply, stream }) => {
        if (!isAllowed) return reply(403, aStatus(403, 'Forbidden'));
        const begun = stream();
        first ??= begun;
      },
    });
    await expect.poll(clock.waiting).toContain(1_000);
    clock.advance(1_000);
    isAllowed = false;
    first?.cut();
    await expect.poll(() => troubles).toEqual(['status 403']);
    clock.advance(30_000);
    expect(reflected.isCurrent()).toBe(false);
    expect(reflected.ageMs()).toBe(31_000);
    isAllowed = true;

    await expect.poll(recoveries).toBe(1);
    expect(reflected.ageMs()).toBe(0);
    expect(reflected.isCurrent()).toBe(false);
    clock.advance(1_000);
    expect(reflected.isCurrent()).toBe(true);
  });

  test('and what went wrong inside of a watch is over when the next has lasted', async () => {
    const { clock, stream, troubles, recoveries } = await startReflecting();
    (await stream(0)).send('ERROR', aStatus(500, 'InternalError'));
    await stream(1);
    expect([troubles, recoveries()]).toEqual([['status 500 in a watch'], 0]);
    clock.advance(1_000);
    await expect.poll(recoveries).toBe(1);
  });
});

describe('a server', () => {
  test('that is away and comes back is found again, and what was missed is seen', async () => {
    const clock = makeManualClock();
    let isAway = false;
    let began = 0;
    const streams = new Set<ApiCall['response']>();
    const server = await startServer(({ url }, response, raw) => {
      if (isAway) return void raw.socket.destroy();
      if (!url.includes('watch=true'))
        return void response.end(JSON.stringify(aListPage([aThing('a', '1', began === 0 ? 'red' : 'blue')], '10')));
      began += 1;
      streams.add(response);
      response.write(`${JSON.stringify({ type: 'MODIFIED', object: aThing('a', `1${began}`, `colour ${began}`) })}\n`);
    });
    const troubles: string[] = [];
    const onRecovered = vi.fn<() => void>();
    const reflected = reflect(openTestApi(`http://127.0.0.1:${server.port}`), {
      path: '/api/v1/things',
      parse: parseThing,
      onTrouble: (reason) => void troubles.push(reason),
      onRecovered,
      signal: signalOfTest(),
      firstBackOffMs: 0,
      clock,
    });
    await expect.poll(() => reflected.items.get('a')).toBe('colour 1');
    isAway = true;
    for (const stream of streams) stream.destroy();
    const asked = server.requests.length;
    await expect.poll(() => server.requests.length).toBeGreaterThan(asked + 3);

    expect(reflected.items.get('a')).toBe('colour 1');
    expect(troubles).toEqual(['ECONNRESET']);
    expect(onRecovered).not.toHaveBeenCalled();
    isAway = false;
    await expect.poll(() => reflected.items.get('a')).toBe('colour 2');
    expect(onRecovered).toHaveBeenCalledTimes(1);
    expect(reflected.ageMs()).toBe(0);
  });

  test('is left alone when the signal comes', async () => {
    const { lists, watches, stream, end, troubles } = await startReflecting();
    const { isOpen } = await stream(0);
    end();
    await expect.poll(isOpen).toBe(false);
    expect([lists.length, watches.length]).toEqual([1, 1]);
    expect(troubles).toEqual([]);
  });
});

test('a clock that is set does not change an age', async () => {
  const { reflected } = await startReflecting();
  await expect.poll(() => reflected.isSynced()).toBe(true);
  const dateNow = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
  onTestFinished(() => dateNow.mockRestore());
  expect(reflected.ageMs()).toBe(0);
});
