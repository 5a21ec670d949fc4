import { describe, expect, onTestFinished, test } from 'vitest';
import type { Answer, Exchange } from '../../../src/core/registry/exchange.ts';
import { openAnnouncedLimits } from '../../../src/sources/registry/announced-limits.ts';
import { makeKeys } from '../../../src/sources/registry/keys.ts';
import type { Send } from '../../../src/sources/registry/send.ts';
import { buildImage, buildMultiPlatform, type Image } from '../../../tools/embedded-registry/image.ts';
import { startRegistry } from '../../../tools/embedded-registry/registry.ts';
import { scripted, startCarrier, terms } from '../../support/carriers.ts';
import { makeClock } from '../../support/clock.ts';
import { headersOf } from '../../support/dialogues.ts';
import { aFailure, anEndpoint, anExchange, aResponse } from '../../support/exchanges.ts';
import { amd64, inShortOf, predicting } from '../../support/predicting.ts';

const endpoint = anEndpoint('https://registry.test');

/** Of 100. */
function announcing(remaining: number, status = 200, ageMs = 0): Answer {
  const headers = headersOf({ 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': `${remaining};w=21600` });
  return aResponse(status, { headers, ageMs });
}

function heeding(answer: Send) {
  const clock = makeClock();
  const { send, sent } = scripted(answer);
  const heeded = openAnnouncedLimits(makeKeys(), clock, 0.2).heeding(send);
  const ask = (part: Partial<Exchange> = {}) => heeded(anExchange(endpoint, part), terms());
  const isSent = async (part: Partial<Exchange> = {}) => {
    const before = sent.length;
    await ask({ isDispensable: true, ...part });
    return sent.length > before;
  };
  return { clock, sent, ask, isSent };
}

describe('while less than a quarter is left', () => {
  test('nothing is sent that can be done without, and it is said why', async () => {
    const { sent, ask } = heeding(async () => announcing(24));

    await ask();
    expect(await ask({ isDispensable: true, repository: 'other', method: 'GET' })).toEqual({
      ...aFailure('spared'),
      spared: { rateLimit: { limit: 100, remaining: 24, windowMs: 21_600_000 }, why: 'few-left' },
    });
    expect(sent).toHaveLength(1);
    expect(await ask({ repository: 'other' })).toEqual(announcing(24));
    expect(sent).toHaveLength(2);
  });

  test.each([
    ['a quarter is enough', announcing(25), true],
    ['a 429 says it, too', announcing(0, 429), false],
    ['a 404 says it, too', announcing(10, 404), false],
    ['a challenge says it to nobody yet', announcing(0, 401), true],
    ['what is repeated is no news', announcing(0, 200, 1), true],
    ['no answer says nothing', aFailure('timeout'), true],
    ['half of it says nothing', aResponse(200, { headers: headersOf({ 'ratelimit-remaining': '1' }) }), true],
  ])('%s', async (_name, answer, isSent) => {
    const heeded = heeding(async () => answer);
    await heeded.ask();
    expect(await heeded.isSent()).toBe(isSent);
  });

  test('a token server says nothing about the registry', async () => {
    const { ask, isSent } = heeding(async () => announcing(0));

    await ask({ purpose: 'token' });
    expect(await isSent()).toBe(true);
  });

  test('it holds for the origin and the login to which it was said', async () => {
    const { ask, isSent } = heeding(async () => announcing(0));

    await ask({ loginKey: 'alice' });
    expect(await isSent({ loginKey: 'alice' })).toBe(false);
    expect(await isSent({ loginKey: 'bob' })).toBe(true);
    expect(await isSent()).toBe(true);
    expect(await isSent({ loginKey: 'alice', url: 'https://other.test/v2/' })).toBe(true);
  });

  test('it holds for five minutes, if nothing newer is said', async () => {
    const { clock, ask, isSent } = heeding(async ({ isDispensable }) =>
      isDispensable ? aResponse(200) : announcing(24),
    );

    await ask();
    clock.advance(299_999);
    expect(await isSent()).toBe(false);
    clock.advance(1);
    expect(await isSent()).toBe(true);
  });

  test('it is over once more is left', async () => {
    let remaining = 0;
    const { ask, isSent } = heeding(async () => announcing(remaining));

    await ask();
    expect(await isSent()).toBe(false);
    remaining = 90;
    await ask();
    expect(await isSent()).toBe(true);
  });
});

/** Counts GETs of manifests against a limit of 100, as Docker Hub does. */
async function hub(images: Readonly<Record<string, Image>>, left: number, perRegistryConcurrency = 16) {
  const state = { left };
  const registry = await startRegistry({
    headersFor: ({ method, kind }): Readonly<Record<string, string>> => {
      if (kind !== 'manifest') return {};
      if (method === 'GET') state.left -= 1;
      return { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': `${state.left};w=21600` };
    },
  });
  onTestFinished(() => registry.close());
  for (const [repository, image] of Object.entries(images)) registry.push(repository, '1', image);
  const clock = makeClock();
  const carrier = startCarrier({ clock, perRegistryConcurrency });
  const review = async (...repositories: readonly string[]) => {
    const written = repositories.map((repository) => `registry.example.com/${repository}:1`);
    return inShortOf(
      await predicting({ carrier, url: registry.url, images: written, inspect: 'platform', platforms: [amd64] }),
    );
  };
  const asked = () => {
    const counts: Record<string, number> = {};
    for (const { method, kind } of registry.asked) counts[`${method} ${kind}`] = (counts[`${method} ${kind}`] ?? 0) + 1;
    registry.forgetAsked();
    return counts;
  };
  return { state, clock, review, asked };
}

const low = 'pullable: rate-limit-low advice';
const usedUp = 'unconfirmed: rate-limited unconfirmed';
const both = (name: string) => buildMultiPlatform([amd64], name);

describe('a registry that counts GETs', () => {
  test('is asked for no more than HEAD when little is left', async () => {
    const { review, asked } = await hub({ 'team/app': both('app'), 'team/web': both('web') }, 24);

    expect(await review('team/app')).toEqual([low]);
    expect(asked()).toEqual({ 'HEAD manifest': 1 });
    expect(await review('team/web')).toEqual([low]);
    expect(asked()).toEqual({ 'HEAD manifest': 1 });
  });

  test('is asked no further in the middle of an image', async () => {
    const { review, asked } = await hub({ 'team/app': both('app') }, 25);

    expect(await review('team/app')).toEqual([low]);
    expect(asked()).toEqual({ 'HEAD manifest': 1, 'GET manifest': 1 });
  });

  test('is asked by a burst until little is left, and then no more', async () => {
    const names = Array.from({ length: 20 }, (_, number) => `team/app${number}`);
    const { state, review, asked } = await hub(Object.fromEntries(names.map((name) => [name, both(name)])), 30, 1);

    await Promise.all(names.map((name) => review(name)));
    expect(state.left).toBe(24);
    expect(asked()).toEqual({ 'HEAD manifest': 24, 'GET manifest': 6 });
  });

  test('is not asked for what is remembered, which goes on being judged', async () => {
    const arm = buildMultiPlatform([{ os: 'linux', architecture: 'arm64' }], 'arm');
    const { state, clock, review, asked } = await hub({ 'team/app': both('app'), 'team/arm': arm }, 90);
    const judged = ['pullable:', 'unpullable: no-matching-platform certain'];

    expect(await review('team/app', 'team/arm')).toEqual(judged);
    expect(asked()).toEqual({ 'HEAD manifest': 3, 'GET manifest': 2 });
    state.left = 10;
    clock.advance(67_000);
    expect(await review('team/app', 'team/arm')).toEqual([
      low,
      'unpullable: no-matching-platform certain rate-limit-low advice',
    ]);
    expect(asked()).toEqual({ 'HEAD manifest': 2 });
  });

  test('is not believed to give anything when nothing is left, also about what is remembered', async () => {
    const { state, clock, review, asked } = await hub({ 'team/app': both('app'), 'team/web': both('web') }, 90);

    expect(await review('team/app')).toEqual(['pullable:']);
    asked();
    state.left = 0;
    expect(await review('team/web')).toEqual([usedUp]);
    expect(await review('team/app')).toEqual([usedUp]);
    expect(asked()).toEqual({ 'HEAD manifest': 1 });
    state.left = 90;
    clock.advance(67_000);
    expect(await review('team/app')).toEqual(['pullable:']);
    expect(asked()).toEqual({ 'HEAD manifest': 1 });
  });

  test('is asked for all again when more is left', async () => {
    const { state, clock, review, asked } = await hub({ 'team/app': buildImage(amd64, 'app') }, 10);

    expect(await review('team/app')).toEqual([low]);
    state.left = 100;
    clock.advance(67_000);
    asked();
    expect(await review('team/app')).toEqual(['pullable:']);
    expect(asked()).toEqual({ 'HEAD manifest': 1, 'GET manifest': 1, 'GET blob': 1 });
  });
});
