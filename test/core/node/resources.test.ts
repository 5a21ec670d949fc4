import { describe, expect, test } from 'vitest';
import { podPlacementOf } from '../../../src/core/node/pod-placement.ts';
import { isExtendedResource, lackingOn } from '../../../src/core/node/resources.ts';
import { aPlacement } from './builders.ts';

test.each([
  ['nvidia.com/gpu', true],
  ['cpu', false],
  ['hugepages-2Mi', false],
  ['kubernetes.io/batch', false],
  ['requests.nvidia.com/gpu', false],
])('%s is an extended resource: %s', (name, isExtended) => {
  expect(isExtendedResource(name)).toBe(isExtended);
});

function asMap(amounts: object): ReadonlyMap<string, number> {
  return new Map(Object.entries(amounts));
}

describe('what a node lacks', () => {
  const worker = { cpu: 4, memory: 8 };

  test.each<readonly [string, object, object, readonly string[]]>([
    ['nothing is asked for', worker, {}, []],
    ['it has enough', worker, { cpu: 4, memory: 8 }, []],
    ['it has too little', worker, { cpu: 4.1, memory: 8 }, ['cpu']],
    ['it lacks a device', worker, { 'nvidia.com/gpu': 1 }, ['nvidia.com/gpu']],
    ['it lacks huge pages', worker, { 'hugepages-1Gi': 1 }, ['hugepages-1Gi']],
    ['it lacks what an agent would report', worker, { 'kubernetes.io/batch-cpu': 1 }, ['kubernetes.io/batch-cpu']],
    ['it does not tell of something else', worker, { 'ephemeral-storage': 1 }, []],
    ['it lists no devices that are claimed', {}, { cpu: 64, resourceClaims: 1 }, ['resourceClaims']],
    ['it does not tell of anything', {}, { cpu: 64, 'nvidia.com/gpu': 1 }, []],
  ])('%s', (_name, allocatable, requests, lacking) => {
    expect(lackingOn(asMap(allocatable), asMap(requests))).toEqual(lacking);
  });
});

describe('the placement of the Pods of a template', () => {
  const none = { requests: new Map<string, number>() };
  const runtimeClass = {
    name: 'kata',
    nodeSelector: new Map([['kata', 'true']]),
    tolerations: [{ key: 'kata', operator: 'Exists', value: '', effect: '' }],
    overhead: new Map(),
  };

  test('is as written where nothing is added', () => {
    const written = aPlacement({ nodeSelector: { disk: 'ssd' } });

    expect(podPlacementOf(written, none)).toEqual({ placement: written, doubts: [] });
  });

  test('has what the RuntimeClass chooses', () => {
    const written = aPlacement({ runtimeClassName: 'kata', nodeSelector: { disk: 'ssd' } });

    expect(podPlacementOf(written, { ...none, runtimeClass: { kind: 'found', runtimeClass } })).toEqual({
      placement: {
        ...written,
        nodeSelector: new Map([
          ['kata', 'true'],
          ['disk', 'ssd'],
        ]),
        tolerations: runtimeClass.tolerations,
      },
      doubts: [],
    });
  });

  test('matches no node where the RuntimeClass contradicts it', () => {
    const written = aPlacement({ runtimeClassName: 'kata', nodeSelector: { kata: 'false' } });
    const { placement } = podPlacementOf(written, { ...none, runtimeClass: { kind: 'found', runtimeClass } });

    expect(placement.requiredNodeAffinity).toEqual([]);
  });

  test.each([
    [{ kind: 'absent' } as const, 'does not exist yet'],
    [{ kind: 'unknown', why: 'not among the files' } as const, 'not among the files'],
    [undefined, 'not looked up'],
  ])('is not settled where the RuntimeClass is %j', (lookup, why) => {
    const written = aPlacement({ runtimeClassName: 'kata' });

    expect(podPlacementOf(written, { ...none, ...(lookup && { runtimeClass: lookup }) })).toEqual({
      placement: written,
      doubts: [{ kind: 'runtime-class-unread', name: 'kata', why }],
    });
  });

  test('tolerates the taints of the devices that it asks for', () => {
    const requests = new Map([
      ['cpu', 1],
      ['nvidia.com/gpu', 1],
      ['other.example/none', 0],
    ]);

    expect(podPlacementOf(aPlacement({}), { requests })).toMatchObject({
      placement: { tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', value: '', effect: 'NoSchedule' }] },
      doubts: [{ kind: 'extended-resources', names: ['nvidia.com/gpu'] }],
    });
  });
});
