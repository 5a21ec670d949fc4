import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { CarrierSettings } from '../../../src/sources/registry/carrier.ts';
import { buildImage, buildMultiPlatform, type Image } from '../../../tools/embedded-registry/image.ts';
import { type Access, startRegistry } from '../../../tools/embedded-registry/registry.ts';
import { startCarrier } from '../../support/carriers.ts';
import { makeClock } from '../../support/clock.ts';
import { effort } from '../../support/effort.ts';
import { amd64, type Given, inShortOf, predicting } from '../../support/predicting.ts';

const arm64 = { os: 'linux', architecture: 'arm64' };
const login = { username: 'alice', password: 'secret' };
const app = buildMultiPlatform([amd64, arm64], 'app');

/** A registry that holds these images, `team/app:1`, and what reviews of Pods in a cluster of its own ask of it. */
async function aWorld(images: Readonly<Record<string, Image>>, access?: Access, more: Partial<CarrierSettings> = {}) {
  const named = Object.entries(images).map(([name, image]) => {
    const [repository = '', tag = ''] = name.split(':');
    return { repository, tag, image };
  });
  const publicRepositories = named.map(({ repository }) => repository);
  const registry = await startRegistry({ access: access ?? { kind: 'token', ...login, publicRepositories } });
  onTestFinished(() => registry.close());
  for (const { repository, tag, image } of named) registry.push(repository, tag, image);
  const clock = makeClock();
  let sent = 0;
  const observe = () => {
    sent += 1;
  };
  const carrier = startCarrier({ clock, observe, ...more });
  return {
    clock,
    review: async (names: readonly string[], given: Partial<Given> = {}): Promise<readonly string[]> => {
      const written = names.map((name) => `registry.example.com/${name}`);
      return inShortOf(await predicting({ carrier, url: registry.url, images: written, ...given }));
    },
    /** `HEAD manifest 401: 1`, of all that was asked since the last time. */
    asked: async (): Promise<Readonly<Record<string, number>>> => {
      await vi.waitFor(() => expect(registry.asked).toHaveLength(sent), { timeout: 10_000 });
      const counts: Record<string, number> = {};
      for (const { method, kind, status } of registry.asked) {
        const line = `${method} ${kind} ${status}`;
        counts[line] = (counts[line] ?? 0) + 1;
      }
      registry.forgetAsked();
      sent = 0;
      return counts;
    },
  };
}

const cold = { 'HEAD manifest 401': 1, 'GET token 200': 1, 'HEAD manifest 200': 1 };
const nothing = {};

describe('an image that everybody may pull, at a registry that wants a token', () => {
  test('costs a challenge, a token and a HEAD, and then nothing', async () => {
    const { review, asked } = await aWorld({ 'team/app:1': app });

    expect(await review(['team/app:1'])).toEqual(['pullable:']);
    expect(await asked()).toEqual(cold);
    expect(await review(['team/app:1'])).toEqual(['pullable:']);
    expect(await asked()).toEqual(nothing);
  });

  test('costs a HEAD where challenge and token are known', async () => {
    const { review, asked } = await aWorld({ 'team/app:1': app, 'team/app:2': app });

    await review(['team/app:1']);
    await asked();
    expect(await review(['team/app:2'])).toEqual(['pullable:']);
    expect(await asked()).toEqual({ 'HEAD manifest 200': 1 });
  });

  test('costs a challenge and a token for each repository', async () => {
    const { review, asked } = await aWorld({ 'team/app:1': app, 'team/web:1': app });

    expect(await review(['team/app:1', 'team/web:1'])).toEqual(['pullable:', 'pullable:']);
    expect(await asked()).toEqual({ 'HEAD manifest 401': 2, 'GET token 200': 2, 'HEAD manifest 200': 2 });
  });

  test.each<[number, Readonly<Record<string, number>>]>([
    [50, nothing],
    [67, { 'HEAD manifest 200': 1 }],
    [269, { 'HEAD manifest 200': 1 }],
    [271, { 'GET token 200': 1, 'HEAD manifest 200': 1 }],
    [301, cold],
  ])('costs this after %i seconds: %j', async (seconds, counts) => {
    const { clock, review, asked } = await aWorld({ 'team/app:1': app });

    await review(['team/app:1']);
    await asked();
    clock.advance(seconds * 1000);
    expect(await review(['team/app:1'])).toEqual(['pullable:']);
    expect(await asked()).toEqual(counts);
  });

  test('costs a token and a HEAD for each login, and the challenge is shared', async () => {
    const { review, asked } = await aWorld({ 'team/app:1': app });

    await review(['team/app:1']);
    await review(['team/app:1'], { login });
    expect(await asked()).toEqual({ ...cold, 'POST token 200': 1, 'HEAD manifest 200': 2 });
    await review(['team/app:1'], { login });
    expect(await asked()).toEqual(nothing);
  });
});

describe('where platforms are looked at, each digest that is read costs a GET', () => {
  const platform = { inspect: 'platform', platforms: [amd64] } as const;

  test('of an index: itself, the manifest and the config', async () => {
    const { clock, review, asked } = await aWorld({ 'team/app:1': app, 'team/app:2': app });

    expect(await review(['team/app:1'], platform)).toEqual(['pullable:']);
    expect(await asked()).toEqual({ ...cold, 'GET manifest 200': 2, 'GET blob 200': 1 });
    // Another tag of the same content, and the same one when it is due to be looked at again: what was read by digest stays.
    await review(['team/app:2'], platform);
    expect(await asked()).toEqual({ 'HEAD manifest 200': 1 });
    clock.advance(67_000);
    await review(['team/app:1'], platform);
    expect(await asked()).toEqual({ 'HEAD manifest 200': 1 });
  });

  test('is not read again: once it was not heard of for five minutes, a HEAD tells that it is there', async () => {
    const { clock, review, asked } = await aWorld({ 'team/app:1': app });

    await review(['team/app:1'], platform);
    await asked();
    clock.advance(301_000);
    expect(await review(['team/app:1'], platform)).toEqual(['pullable:']);
    expect(await asked()).toEqual({ ...cold, 'HEAD manifest 200': 2, 'HEAD blob 200': 1 });
    expect(await review(['team/app:1'], platform)).toEqual(['pullable:']);
    expect(await asked()).toEqual(nothing);
  });

  test('of a manifest: itself and the config', async () => {
    const { review, asked } = await aWorld({ 'team/app:1': buildImage(amd64, 'single') });

    await review(['team/app:1'], platform);
    expect(await asked()).toEqual({ ...cold, 'GET manifest 200': 1, 'GET blob 200': 1 });
  });

  test('for two kinds of nodes: what they have in common once', async () => {
    const { review, asked } = await aWorld({ 'team/app:1': app });

    await review(['team/app:1'], { ...platform, platforms: [amd64, arm64] });
    expect(await asked()).toEqual({ ...cold, 'GET manifest 200': 3, 'GET blob 200': 2 });
  });

  test('and with layers, a HEAD for each', async () => {
    const { review, asked } = await aWorld({ 'team/app:1': app });

    await review(['team/app:1'], { ...platform, inspect: 'full' });
    expect(await asked()).toEqual({ ...cold, 'GET manifest 200': 2, 'GET blob 200': 1, 'HEAD blob 200': 1 });
  });
});

describe('what is held against an image', () => {
  const absent = {
    'HEAD manifest 401': 1,
    'GET token 200': 1,
    'HEAD manifest 404': 1,
    'GET manifest 404': 1,
    'GET tags 200': 1,
  };

  test('404: one look more, and the list of tags', async () => {
    const { clock, review, asked } = await aWorld({ 'team/app:1': app });

    expect(await review(['team/app:12'])).toEqual(['unpullable: manifest-not-found certain 1']);
    expect(await asked()).toEqual(absent);
    clock.advance(4000);
    expect(await review(['team/app:12'])).toEqual(['unpullable: manifest-not-found certain 1']);
    expect(await asked()).toEqual(nothing);
  });

  test('is asked for again, all of it, once it is older than five seconds', async () => {
    const { clock, review, asked } = await aWorld({ 'team/app:1': app });

    await review(['team/app:12']);
    await asked();
    clock.advance(6000);
    expect(await review(['team/app:12'])).toEqual(['unpullable: manifest-not-found certain 1']);
    expect(await asked()).toEqual(absent);
  });

  test('is asked for again without what was read by digest, which stays true', async () => {
    const { clock, review, asked } = await aWorld({ 'team/app:1': app });
    const given = { inspect: 'platform', platforms: [{ os: 'linux', architecture: 'riscv64' }] } as const;

    expect(await review(['team/app:1'], given)).toEqual(['unpullable: no-matching-platform certain']);
    expect(await asked()).toEqual({ ...cold, 'GET manifest 200': 1 });
    clock.advance(6000);
    expect(await review(['team/app:1'], given)).toEqual(['unpullable: no-matching-platform certain']);
    expect(await asked()).toEqual(cold);
  });

  // A 401 without `error` is repeated as often as containerd does (contract §3, C4).
  test('a refusal of nobody: the whole dialogue once more', async () => {
    const { review, asked } = await aWorld({ 'team/app:1': app }, { kind: 'token', ...login, publicRepositories: [] });

    expect(await review(['team/app:1'])).toEqual(['unpullable: access-denied certain']);
    expect(await asked()).toEqual({ 'HEAD manifest 401': 2, 'GET token 200': 2, 'GET manifest 401': 5 });
    await review(['team/app:1']);
    expect(await asked()).toEqual(nothing);
  });

  test('a wrong password: a form, a GET and a check of the login, and never again for five minutes, whatever image', async () => {
    const { clock, review, asked } = await aWorld({ 'team/app:1': app, 'team/web:1': app });
    const wrong = { login: { ...login, password: 'wrong' } };

    expect(await review(['team/app:1'], wrong)).toEqual(['unpullable: credentials-rejected certain']);
    expect(await asked()).toEqual({ 'HEAD manifest 401': 1, 'POST token 401': 1, 'GET token 401': 2 });
    clock.advance(290_000);
    expect(await review(['team/web:1'], wrong)).toEqual(['unpullable: credentials-rejected certain']);
    expect(Object.keys(await asked())).toEqual(['HEAD manifest 401']);
    clock.advance(11_000);
    await review(['team/app:1'], wrong);
    expect(await asked()).toMatchObject({ 'POST token 401': 1, 'GET token 401': 2 });
  });
});

test.each<[string, Access, Partial<Given>, Readonly<Record<string, number>>]>([
  ['open', { kind: 'open' }, {}, { 'HEAD manifest 200': 1 }],
  ['open, with a login that nobody asks for', { kind: 'open' }, { login }, { 'HEAD manifest 200': 1 }],
  ['with Basic', { kind: 'basic', ...login }, { login }, { 'HEAD manifest 401': 1, 'HEAD manifest 200': 1 }],
  [
    'with a token for a login',
    { kind: 'token', ...login, publicRepositories: [] },
    { login },
    { 'HEAD manifest 401': 1, 'POST token 200': 1, 'HEAD manifest 200': 1 },
  ],
])('a registry that is %s', async (_name, access, given, counts) => {
  const { review, asked } = await aWorld({ 'team/app:1': app }, access);

  expect(await review(['team/app:1'], given)).toEqual(['pullable:']);
  expect(await asked()).toEqual(counts);
  expect(await review(['team/app:1'], given)).toEqual(['pullable:']);
  expect(await asked()).toEqual(nothing);
});

describe('at the same time', () => {
  test('equal reviews are one', async () => {
    const { review, asked } = await aWorld({ 'team/app:1': app });

    const reviews = await Promise.all(Array.from({ length: 100 }, () => review(['team/app:1', 'team/app:1'])));
    expect(new Set(reviews.flat())).toEqual(new Set(['pullable:']));
    expect(await asked()).toEqual(cold);
  });

  test('equal refusals are one, with their second looks', async () => {
    const { review, asked } = await aWorld({ 'team/app:1': app });

    const reviews = await Promise.all(Array.from({ length: 100 }, () => review(['team/app:12'])));
    expect(new Set(reviews.flat())).toEqual(new Set(['unpullable: manifest-not-found certain 1']));
    expect(await asked()).toEqual({
      'HEAD manifest 401': 1,
      'GET token 200': 1,
      'HEAD manifest 404': 1,
      'GET manifest 404': 1,
      'GET tags 200': 1,
    });
  });

  test('other tags of a repository cost a HEAD each', async () => {
    const tags = Array.from({ length: 50 }, (_, number) => `team/app:v${number}`);
    const { review, asked } = await aWorld(Object.fromEntries(tags.map((tag) => [tag, app])));

    await Promise.all(tags.map((tag) => review([tag])));
    expect(await asked()).toEqual({ ...cold, 'HEAD manifest 200': 50 });
  });

  test('a wrong password is presented for one of the images alone', async () => {
    const tags = Array.from({ length: 20 }, (_, number) => `team/app${number}:1`);
    const { review, asked } = await aWorld(Object.fromEntries(tags.map((tag) => [tag, app])));
    const wrong = { login: { ...login, password: 'wrong' } };

    const reviews = await Promise.all(tags.map((tag) => review([tag], wrong)));
    expect(reviews.flat().filter((found) => found === 'unpullable: credentials-rejected certain')).toHaveLength(20);
    expect(await asked()).toEqual({ 'HEAD manifest 401': 20, 'POST token 401': 1, 'GET token 401': 2 });
  });
});

describe('a burst of Pods with three containers each, of fifty images in fifty repositories', () => {
  const names = Array.from({ length: 50 }, (_, number) => `team/app${number}:1`);
  const images = Object.fromEntries(names.map((name) => [name, buildMultiPlatform([amd64], name)]));

  async function burst(pods: number, review: Awaited<ReturnType<typeof aWorld>>['review'], given: Partial<Given>) {
    const outcomes = new Set<string>();
    let next = 0;
    const workers = Array.from({ length: 200 }, async () => {
      while (next < pods) {
        const first = next * 3;
        next += 1;
        const three = [0, 1, 2].map((offset) => names[(first + offset) % names.length] ?? '');
        for (const outcome of await review(three, given)) outcomes.add(outcome);
      }
    });
    await Promise.all(workers);
    return outcomes;
  }

  test('costs a challenge, a token and a HEAD for each image, and then nothing', async () => {
    const { review, asked } = await aWorld(images);

    expect(await burst(effort(100, 1000), review, {})).toEqual(new Set(['pullable:']));
    expect(await asked()).toEqual({ 'HEAD manifest 401': 50, 'GET token 200': 50, 'HEAD manifest 200': 50 });
    expect(await burst(effort(20, 1000), review, {})).toEqual(new Set(['pullable:']));
    expect(await asked()).toEqual(nothing);
  });

  test('with platforms costs a GET more for each digest that is read', async () => {
    const { review, asked } = await aWorld(images);
    const given = { inspect: 'platform', platforms: [amd64] } as const;

    expect(await burst(effort(40, 200), review, given)).toEqual(new Set(['pullable:']));
    expect(await asked()).toEqual({
      'HEAD manifest 401': 50,
      'GET token 200': 50,
      'HEAD manifest 200': 50,
      'GET manifest 200': 100,
      'GET blob 200': 50,
    });
    expect(await burst(effort(20, 200), review, given)).toEqual(new Set(['pullable:']));
    expect(await asked()).toEqual(nothing);
  });
});

test('whoever remembers an image remembers its documents: a tag that is asked for again costs a HEAD', async () => {
  const tags = ['1', '2', '3', '4'];
  const images = Object.fromEntries(tags.map((tag) => [`team/app:${tag}`, buildMultiPlatform([amd64, arm64], tag)]));
  const { review, asked, clock } = await aWorld(images, undefined, { rememberedAnswers: 8 });
  const names = Object.keys(images);
  const given = { inspect: 'platform', platforms: [amd64] } as const;
  await review(names, given);
  await asked();
  clock.advance(67_000);

  expect(await review(names, given)).toEqual(tags.map(() => 'pullable:'));
  expect(await asked()).toEqual({ 'HEAD manifest 200': 4 });
});
