import { describe, expect, test } from 'vitest';
import type { ImageUse } from '../../../src/core/workload/image-use.ts';
import { workloadOf } from '../../support/judging.ts';

function usesOf(spec: object): readonly ImageUse[] {
  return workloadOf({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'app', image: 'a:1' }], ...spec } })
    .images;
}

test('every place, in the order of the lists', () => {
  const uses = usesOf({
    volumes: [
      { name: 'tmp', emptyDir: {} },
      { name: 'data', image: { reference: 'v:1' } },
    ],
    ephemeralContainers: [{ name: 'debug', image: 'e:1' }],
    initContainers: [
      { name: 'first', image: 'i:1' },
      { name: 'second', image: 'i:2' },
    ],
  });

  expect(uses.map(({ place, name, path }) => `${place} ${name} ${path}`)).toEqual([
    'container app spec.containers[0].image',
    'initContainer first spec.initContainers[0].image',
    'initContainer second spec.initContainers[1].image',
    'ephemeralContainer debug spec.ephemeralContainers[0].image',
    'volume data spec.volumes[1].image.reference',
  ]);
});

describe('the pull policy', () => {
  test.each([
    ['absent, a tag', { image: 'a:1' }, 'IfNotPresent'],
    ['absent, no tag', { image: 'a' }, 'Always'],
    ['empty, latest', { image: 'a:latest', imagePullPolicy: '' }, 'Always'],
    ['null, a digest', { image: `a@sha256:${'0'.repeat(64)}`, imagePullPolicy: null }, 'IfNotPresent'],
    ['written', { image: 'a', imagePullPolicy: 'Never' }, 'Never'],
  ])('%s', (_name, container, pullPolicy) => {
    expect(usesOf({ containers: [container] })).toMatchObject([{ pullPolicy }]);
  });

  test('of a volume has a name of its own', () => {
    const image = { reference: 'v:1', pullPolicy: 'Always', imagePullPolicy: 'Never' };

    expect(usesOf({ volumes: [{ name: 'data', image }] })[1]).toMatchObject({ pullPolicy: 'Always' });
  });
});

describe('an image volume', () => {
  const volumes = [{ name: 'data', image: { reference: 'v:1' } }];
  const mounting = [{ name: 'x', image: 'm:1', volumeMounts: [{ name: 'other' }, { name: 'data' }] }];

  test.each([
    ['nothing', {}, false],
    ['a container', { containers: mounting }, true],
    ['an init container', { initContainers: mounting }, true],
    ['an ephemeral container', { ephemeralContainers: mounting }, true],
  ])('mounted by %s', (_name, spec, isNeeded) => {
    expect(usesOf({ ...spec, volumes }).find(({ place }) => place === 'volume')?.isNeeded).toBe(isNeeded);
  });

  test.each([
    ['null', null],
    ['no reference', {}],
    ['an empty reference', { reference: '' }],
  ])('that is filled in later: %s', (_name, image) => {
    expect(usesOf({ volumes: [{ name: 'data', image }] })).toHaveLength(1);
  });
});

test.each([
  ['an absent image', {}],
  ['an empty image', { image: '' }],
])('%s is a name that is refused', (_name, container) => {
  expect(usesOf({ containers: [container] })).toMatchObject([
    { parsed: { ok: false, error: 'invalid reference format' }, pullPolicy: 'IfNotPresent' },
  ]);
});
