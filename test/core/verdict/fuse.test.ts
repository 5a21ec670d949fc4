import { describe, expect, test } from 'vitest';
import { afterDenials, blownFor, currentFuse, type FuseState, noDenials } from '../../../src/core/verdict/fuse.ts';

const limits = { references: 3, windowMs: 60_000, holdMs: 600_000 };
const registry = 'registry.test';

/** Denials one after the other, by `namespace reference`; what has blown, and the state. */
function denying(denials: readonly string[], state: FuseState = noDenials, nowMs = 1_000_000) {
  const blew: string[] = [];
  for (const denial of denials) {
    const [namespace = '', reference = ''] = denial.split(' ');
    const result = afterDenials(state, [{ registry, namespace, reference }], limits, nowMs);
    for (const blown of result.blew) blew.push(`${denial}: ${blown.namespace ?? 'everywhere'}`);
    ({ state } = result);
  }
  return { state, blew };
}

const long = (text: string, length: number) => text.padStart(length, 'x');
const four = (namespace: string) => ['a', 'b', 'c', 'd'].map((reference) => `${namespace} ${reference}`);
const whereFor = (state: FuseState, namespace: string, nowMs = 1_000_000, host = registry) => {
  const blown = blownFor(state, host, namespace, limits, nowMs);
  return blown && (blown.namespace ?? 'everywhere');
};

describe('the fuse of a registry blows', () => {
  test('in a namespace, at more distinct references than are allowed there', () => {
    const { state, blew } = denying(four('shop'));

    expect(blew).toEqual(['shop d: shop']);
    expect(whereFor(state, 'shop')).toBe('shop');
    expect(whereFor(state, 'yard')).toBeUndefined();
    expect(whereFor(state, 'shop', 1_000_000, 'other.test')).toBeUndefined();
  });

  test('everywhere, once it has blown in three namespaces', () => {
    const { state, blew } = denying([...four('shop'), ...four('yard'), ...four('farm')]);

    expect(blew).toEqual(['shop d: shop', 'yard d: yard', 'farm d: farm', 'farm d: everywhere']);
    expect(whereFor(state, 'any')).toBe('everywhere');
    expect(whereFor(state, 'any', 1_600_000)).toBeUndefined();
  });

  test('for as long as it is held, and of new references afterwards', () => {
    const { state } = denying(four('shop'));

    expect(whereFor(state, 'shop', 1_599_999)).toBe('shop');
    expect(whereFor(state, 'shop', 1_600_000)).toBeUndefined();
    expect(denying(['shop d'], state, 1_600_000).blew).toEqual([]);
    expect(denying(four('shop'), state, 1_600_000).blew).toEqual(['shop d: shop']);
  });

  test('of several images of one workload', () => {
    const denials = ['a', 'b', 'c', 'd'].map((reference) => ({ registry, namespace: 'shop', reference }));
    expect(afterDenials(noDenials, denials, limits, 1).blew).toEqual([{ registry, namespace: 'shop', atMs: 1 }]);
  });
});

describe('the fuse does not blow', () => {
  test.each<[string, readonly string[]]>([
    ['of one mistake that is repeated', Array.from({ length: 100 }, () => 'shop a')],
    ['of as many references as are allowed', ['shop a', 'shop b', 'shop c', 'shop a']],
    ['of references in several namespaces', ['a x', 'b x', 'c x', 'd x', 'a y', 'b y', 'c y', 'd y']],
  ])('%s', (_name, denials) => {
    expect(denying(denials).blew).toEqual([]);
  });

  test('of denials that are further apart than the window', () => {
    let { state } = denying(['shop a', 'shop b', 'shop c']);
    expect(denying(['shop d'], state, 1_060_000).blew).toEqual([]);
    ({ state } = denying(['shop a'], state, 1_059_999));
    expect(denying(['shop d'], state, 1_060_000).blew).toEqual([]);
  });
});

describe('what is written', () => {
  test('is nothing for a reference that was denied a moment ago, or while the fuse has blown', () => {
    const { state } = denying(['shop a']);
    expect(denying(['shop a'], state, 1_014_999).state).toBe(state);

    const blown = denying(four('shop')).state;
    expect(denying(['shop e', 'shop f'], blown).state).toBe(blown);
  });

  test('is the time of a reference that goes on being denied, so that it counts on', () => {
    const { state } = denying(['shop a']);
    expect(denying(['shop a'], state, 1_015_000).state.denied).toEqual([
      { registry, namespace: 'shop', reference: 'a', atMs: 1_015_000 },
    ]);
  });

  test('is not what made the fuse blow, nor what is over', () => {
    expect(denying(four('shop')).state).toEqual({
      denied: [],
      blown: [{ registry, namespace: 'shop', atMs: 1_000_000 }],
    });
    expect(currentFuse(denying(four('shop')).state, limits, 1_600_000)).toEqual(noDenials);
    expect(currentFuse(denying(['shop a']).state, limits, 1_060_000)).toEqual(noDenials);
  });

  test('stays below a megabyte, whoever denies what', () => {
    let state: FuseState = noDenials;
    for (let number = 0; number < 3_000; number += 1)
      ({ state } = afterDenials(
        state,
        [{ registry: long(`${number}`, 253), namespace: long(`${number}`, 63), reference: long(`${number}`, 16) }],
        { ...limits, references: number % 3 },
        1_000_000,
      ));

    expect(JSON.stringify(state).length).toBeLessThan(1_000_000);
    expect(state.denied).toHaveLength(2_000);
    expect(state.blown).toHaveLength(500);
  });
});
