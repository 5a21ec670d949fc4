/** S20: one namespace that asks for much must not keep others waiting. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { openPlugins } from '../../src/sources/credential-plugins/open-plugins.ts';
import { readProviders } from '../../src/sources/credential-plugins/provider-config.ts';
import { limitedPerOrigin } from '../../src/sources/registry/limit.ts';
import { fairTurns } from '../../src/sources/turns/fair-turns.ts';
import { scripted, terms } from '../support/carriers.ts';
import { writePlugins } from '../support/credential-plugins.ts';
import { anEndpoint, anExchange, aResponse } from '../support/exchanges.ts';

const never = new AbortController().signal;

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Tasks that end when they are told to. */
function stage(concurrency: number) {
  const turns = fairTurns(concurrency);
  const started: string[] = [];
  const running: (() => void)[] = [];
  const ask = (asker: string | undefined, name: string, signal: AbortSignal = never) =>
    turns.take({ asker, signal }, async () => {
      started.push(name);
      await new Promise<void>((resolve) => running.push(resolve));
      return name;
    });
  return {
    turns,
    started,
    ask,
    endOne: async () => {
      running.shift()?.();
      await settle();
    },
  };
}

describe('turns', () => {
  test('are taken by asker, however many one of them waits for', async () => {
    const { ask, started, endOne } = stage(1);
    for (let index = 0; index < 100; index += 1) void ask('greedy', `greedy-${index}`);
    void ask('shop', 'shop-0');
    void ask('shop', 'shop-1');
    void ask('bank', 'bank-0');
    await settle();
    for (let turn = 0; turn < 5; turn += 1) await endOne();

    expect(started).toEqual(['greedy-0', 'greedy-1', 'shop-0', 'bank-0', 'greedy-2', 'shop-1']);
  });

  test('are never all held by one asker', async () => {
    const { ask, started } = stage(16);
    for (let index = 0; index < 100; index += 1) void ask('greedy', 'greedy');
    await settle();
    expect(started).toHaveLength(12);

    void ask('shop', 'shop');
    await settle();
    expect(started.at(-1)).toBe('shop');
  });

  test('are all for the one who is alone', async () => {
    const { ask, started } = stage(16);
    for (let index = 0; index < 100; index += 1) void ask(undefined, 'check');
    await settle();

    expect(started).toHaveLength(16);
  });

  test('are not kept for those who do not wait any longer', async () => {
    const { ask, started, endOne, turns } = stage(1);
    const review = new AbortController();
    const first = ask('shop', 'first');
    const gone = ask('greedy', 'gone', review.signal);
    const late = ask('shop', 'late');
    review.abort();

    expect(await gone).toBeUndefined();
    await endOne();
    await endOne();
    expect(await Promise.all([first, late])).toEqual(['first', 'late']);
    expect(started).toEqual(['first', 'late']);
    await settle();
    expect(turns.isIdle()).toBe(true);
  });

  test('come back when a task fails', async () => {
    const turns = fairTurns(1);
    const who = { asker: 'shop', signal: never };

    await expect(turns.take(who, () => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    expect(await turns.take(who, async () => 'next')).toBe('next');
  });
});

test('of 150 tags of one namespace and one image of another, that one is asked for among the first', async () => {
  const held: (() => void)[] = [];
  const { send, sent } = scripted(async () => {
    await new Promise<void>((resolve) => held.push(resolve));
    return aResponse(200);
  });
  const limited = limitedPerOrigin(send, 4);
  const endpoint = anEndpoint('https://slow.test');
  const at = (repository: string) => anExchange(endpoint, { repository, url: `https://slow.test/v2/${repository}/1` });
  for (let index = 0; index < 150; index += 1) void limited(at(`greedy-${index}`), terms({ asker: 'greedy' }));
  const answer = limited(at('shop'), terms({ asker: 'shop' }));
  await expect.poll(() => sent.length, { interval: 1 }).toBe(4);

  expect(sent.map(({ repository }) => repository)).toEqual(['greedy-0', 'greedy-1', 'greedy-2', 'shop']);
  for (const release of held) release();
  expect((await answer).kind).toBe('response');
});

test('plugin runs of a review that has ended do not begin', async () => {
  const written = await writePlugins([{ does: ['slow'] }]);
  const read = await readProviders(written.configPath);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const { providers } = read;
  const plugins = openPlugins({ providers, binDir: written.binDir, path: process.env.PATH, timeoutMs: 30_000 });
  onTestFinished(async () => {
    plugins.close();
    await written.end();
  });
  const review = new AbortController();
  const images = Array.from({ length: 400 }, (_, index) => `registry.test/app-${index}`);
  const asked = plugins.answersFor(images, review.signal, 'greedy');
  await expect.poll(async () => (await written.runs()).length).toBe(6);
  review.abort();
  await asked;

  // Two turns were kept free for others, and none of the 394 that waited is in front of them.
  void plugins.answersFor(['registry.test/shop-0', 'registry.test/shop-1'], never, 'shop');
  await expect.poll(async () => (await written.runs()).length).toBe(8);
  const requests = JSON.stringify((await written.runs()).map(({ request }) => request));
  expect(requests).toContain('registry.test/shop-0');
  expect(requests).toContain('registry.test/shop-1');
});
