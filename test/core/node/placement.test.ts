import { describe, expect, test } from 'vitest';
import { parsePlacement } from '../../../src/core/node/placement.ts';
import { aPlacement, requiring } from './builders.ts';

test('reads the parts of a PodSpec that decide about placement, and nothing else', () => {
  const placement = aPlacement({
    containers: 7,
    nodeName: 'n1',
    nodeSelector: { zone: 'a' },
    affinity: {
      podAffinity: 'ignored',
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: 'ignored',
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] },
            { matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['n2'] }] },
          ],
        },
      },
    },
    tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 'ignored' }],
    os: { name: 'linux' },
    hostNetwork: true,
    schedulerName: 'volcano',
    schedulingGates: [{ name: 'quota' }],
  });

  expect(placement).toEqual({
    nodeName: 'n1',
    nodeSelector: new Map([['zone', 'a']]),
    requiredNodeAffinity: [
      { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }], matchFields: [] },
      { matchExpressions: [], matchFields: [{ key: 'metadata.name', operator: 'NotIn', values: ['n2'] }] },
    ],
    tolerations: [{ key: 'gpu', operator: 'Exists', value: '', effect: 'NoSchedule' }],
    os: 'linux',
    hostNetwork: true,
    schedulerName: 'volcano',
    hasSchedulingGates: true,
  });
});

const unconstrained = {
  nodeSelector: new Map(),
  tolerations: [],
  hostNetwork: false,
  schedulerName: 'default-scheduler',
  hasSchedulingGates: false,
};

test.each([
  ['an empty spec', {}],
  [
    'null',
    {
      nodeName: null,
      nodeSelector: null,
      affinity: null,
      tolerations: null,
      os: null,
      hostNetwork: null,
      schedulerName: null,
      schedulingGates: null,
    },
  ],
  [
    'empty values',
    { nodeName: '', nodeSelector: {}, affinity: {}, tolerations: [], schedulerName: '', schedulingGates: [] },
  ],
  ['null in affinity', { affinity: { nodeAffinity: null } }],
  ['null in node affinity', { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: null } } }],
])('%s constrains nothing', (_, spec) => {
  expect(aPlacement(spec)).toEqual(unconstrained);
});

test.each([
  ['no terms', requiring(), []],
  ['null for terms', { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } } }, []],
  ['a null term', requiring(null), [{ matchExpressions: [], matchFields: [] }]],
  [
    'a null requirement',
    requiring({ matchExpressions: [null], matchFields: null }),
    [{ matchExpressions: [{ key: '', operator: '', values: [] }], matchFields: [] }],
  ],
])('required affinity with %s is a constraint', (_, spec, requiredNodeAffinity) => {
  expect(aPlacement(spec)).toEqual({ ...unconstrained, requiredNodeAffinity });
});

test('an os without a name is an os', () => {
  expect(aPlacement({ os: {} })).toEqual({ ...unconstrained, os: '' });
});

test('a null toleration is an empty one, as Go decodes it', () => {
  expect(aPlacement({ tolerations: [null] }).tolerations).toEqual([{ key: '', operator: '', value: '', effect: '' }]);
});

test('__proto__ in a nodeSelector is a label', () => {
  const placement = aPlacement(JSON.parse('{"nodeSelector":{"__proto__":"x"},"__proto__":{"nodeName":"n1"}}'));

  expect(placement).toEqual({ ...unconstrained, nodeSelector: new Map([['__proto__', 'x']]) });
});

describe('wrong types', () => {
  const affinityPath = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution';
  test.each([
    ['spec', '', 'must be an object, but is a string'],
    [[], '', 'must be an object, but is an array'],
    [{ nodeName: 7 }, 'nodeName', 'must be a string, but is a number'],
    [{ nodeSelector: { zone: true } }, 'nodeSelector.zone', 'must be a string, but is a boolean'],
    [{ nodeSelector: ['zone'] }, 'nodeSelector', 'must be an object, but is an array'],
    [{ affinity: [] }, 'affinity', 'must be an object, but is an array'],
    [{ affinity: { nodeAffinity: 'x' } }, 'affinity.nodeAffinity', 'must be an object, but is a string'],
    [requiring('x'), `${affinityPath}.nodeSelectorTerms[0]`, 'must be an object, but is a string'],
    [
      requiring({}, { matchExpressions: [{ values: ['a', 1] }] }),
      `${affinityPath}.nodeSelectorTerms[1].matchExpressions[0].values[1]`,
      'must be a string, but is a number',
    ],
    [{ tolerations: {} }, 'tolerations', 'must be an array, but is an object'],
    [{ tolerations: [{ key: 1 }] }, 'tolerations[0].key', 'must be a string, but is a number'],
    [{ os: 'linux' }, 'os', 'must be an object, but is a string'],
    [{ hostNetwork: 1 }, 'hostNetwork', 'must be a boolean, but is a number'],
    [{ schedulingGates: 'quota' }, 'schedulingGates', 'must be an array, but is a string'],
  ])('%j', (spec, path, problem) => {
    expect(parsePlacement(spec)).toMatchObject({ ok: false, problems: [{ path, problem }] });
  });
});
