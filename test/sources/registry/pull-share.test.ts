/** A registry that counts pulls, and replicas of pullgate with memories of their own that share what it allows. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildImage, buildMultiPlatform, type Image } from '../../../tools/embedded-registry/image.ts';
import { startRegistry } from '../../../tools/embedded-registry/registry.ts';
import { startCarrier } from '../../support/carriers.ts';
import { makeClock } from '../../support/clock.ts';
import { amd64, type Given, inShortOf, predicting } from '../../support/predicting.ts';

const login = { username: 'alice', password: 'secret' };

/** Docker Hub: 100 pulls in six hours, a GET of a manifest is a pull, a HEAD is none. */
async function aHub(images: readonly Image[], replicas: number, { pullShare = 0.2, left = 100 } = {}) {
  const state = { left };
  const registry = await startRegistry({
    access: { kind: 'token', ...login, publicRepositories: images.map((_image, number) => `team/app${number}`) },
    headersFor: ({ method, kind }): Readonly<Record<string, string>> => {
      if (kind !== 'manifest') return {};
      if (method === 'GET') state.left -= 1;
      return { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': `${state.left};w=21600` };
    },
  });
  onTestFinished(() => registry.close());
  for (const [number, image] of images.entries()) registry.push(`team/app${number}`, '1', image);
  const clock = makeClock();
  const carriers = Array.from({ length: replicas }, () => startCarrier({ clock, pullShare }));
  /** What replica `which` says of image `number`. */
  const review = async (which: number, number: number, given: Partial<Given> = {}) => {
    const carrier = carriers[which];
    if (carrier === undefined) throw new Error(`no replica ${which}`);
    const [said] = inShortOf(
      await predicting({
        carrier,
        url: registry.url,
        images: [`registry.example.com/team/app${number}:1`],
        inspect: 'platform',
        platforms: [amd64],
        ...given,
      }),
    );
    return said;
  };
  const all = async (which: number) => {
    const said: (string | undefined)[] = [];
    for (const number of images.keys()) said.push(await review(which, number));
    return said;
  };
  const asked = (kind: string) => {
    const counts: Record<string, number> = {};
    for (const { method, kind: what, status } of registry.asked)
      if (what === kind && status < 400) counts[method] = (counts[method] ?? 0) + 1;
    return counts;
  };
  const forget = () => registry.forgetAsked();
  return { state, clock, review, all, asked, forget };
}

const indexes = (count: number) =>
  Array.from({ length: count }, (_, number) => buildMultiPlatform([amd64], `index ${number}`));
const read = 'pullable:';
const resolved = 'pullable: rate-limit-low advice';
const times = (count: number, said: string) => Array.from({ length: count }, () => said);

describe('sixty images that one replica looks at', () => {
  test('cost nineteen pulls of a hundred, and a HEAD each for the index and for the chosen manifest', async () => {
    const { state, all, asked } = await aHub(indexes(60), 1);

    expect(await all(0)).toEqual([...times(19, read), ...times(41, resolved)]);
    expect(state.left).toBe(81);
    expect(asked('manifest')).toEqual({ GET: 19, HEAD: 79 });
    expect(asked('blob')).toEqual({});
  });

  test('cost nineteen, too, where they are single manifests, whose configs do not count', async () => {
    const images = Array.from({ length: 60 }, (_, number) => buildImage(amd64, `image ${number}`));
    const { state, all, asked } = await aHub(images, 1);

    expect(await all(0)).toEqual([...times(19, read), ...times(41, resolved)]);
    expect(state.left).toBe(81);
    expect(asked('manifest')).toEqual({ GET: 19, HEAD: 60 });
    expect(asked('blob')).toEqual({ GET: 19 });
  });

  test('cost nineteen at the same time', async () => {
    const { state, review } = await aHub(indexes(60), 1);

    const said = await Promise.all(Array.from({ length: 60 }, (_, number) => review(0, number)));
    expect(said.filter((text) => text === read)).toHaveLength(19);
    expect(said.filter((text) => text === resolved)).toHaveLength(41);
    expect(state.left).toBe(81);
  });

  test('cost what pullShare says', async () => {
    const { state, all } = await aHub(indexes(60), 1, { pullShare: 0.5 });

    expect(await all(0)).toEqual([...times(49, read), ...times(11, resolved)]);
    expect(state.left).toBe(51);
  });

  test('cost nothing but HEAD where pullShare is 0', async () => {
    const { state, all, asked } = await aHub(indexes(60), 1, { pullShare: 0 });

    expect(await all(0)).toEqual(times(60, resolved));
    expect(state.left).toBe(100);
    expect(asked('manifest')).toEqual({ HEAD: 60 });
  });

  test('cost a second window the rest, and what was read is not read again', async () => {
    const { state, clock, all, asked, forget } = await aHub(indexes(30), 1);

    await all(0);
    forget();
    clock.advance(21_600_000);
    state.left = 100;
    expect(await all(0)).toEqual(times(30, read));
    expect(state.left).toBe(89);
    expect(asked('manifest')).toEqual({ GET: 11, HEAD: 60 });
  });
});

describe('sixty images that three replicas look at', () => {
  test('one after the other cost nineteen pulls: the second and third see what was used up', async () => {
    const { state, all } = await aHub(indexes(60), 3);

    expect(await all(0)).toEqual([...times(19, read), ...times(41, resolved)]);
    for (const replica of [1, 2]) expect(await all(replica)).toEqual(times(60, resolved));
    expect(state.left).toBe(81);
  });

  test('in turn cost fifteen: some are left for those that ask at the same moment', async () => {
    const { state, review } = await aHub(indexes(60), 3);

    for (let number = 0; number < 60; number += 1) for (const which of [0, 1, 2]) await review(which, number);
    expect(state.left).toBe(85);
  });

  test('at the same time stay below the share', async () => {
    const { state, review } = await aHub(indexes(60), 3);

    await Promise.all(Array.from({ length: 180 }, (_, place) => review(place % 3, Math.floor(place / 3))));
    expect(state.left).toBeGreaterThan(80);
  });
});

describe('what was read by its digest', () => {
  test('is not read again: for the tag, and for the chosen manifest, a HEAD', async () => {
    const { state, clock, all, asked, forget } = await aHub(indexes(3), 1);

    await all(0);
    forget();
    clock.advance(600_000);
    expect(await all(0)).toEqual(times(3, read));
    expect(state.left).toBe(97);
    expect(asked('manifest')).toEqual({ HEAD: 6 });
  });

  test('is not read again for another login: a HEAD shows that it may see the image', async () => {
    const { state, review, asked, forget } = await aHub(indexes(1), 1);

    await review(0, 0);
    forget();
    expect(await review(0, 0, { login })).toBe(read);
    expect(state.left).toBe(99);
    expect(asked('manifest')).toEqual({ HEAD: 2 });
  });
});
