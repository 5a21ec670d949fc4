import { describe, expect, test } from 'vitest';
import { mayRunOn, platformsThatFit } from '../../../src/core/node/needed-platforms.ts';
import { type NodePool, parseNodePool } from '../../../src/core/node/node-pool.ts';
import { isScalerStatus, scalerOfDeployment } from '../../../src/core/node/scaler.ts';
import { aNode, aPlacement, requiring } from './builders.ts';

describe('a Deployment', () => {
  test.each<readonly [string, readonly string[], string | undefined]>([
    ['cluster-autoscaler', [], 'other'],
    ['release-aws-cluster-autoscaler', [], 'other'],
    ['scaler', ['registry.k8s.io/autoscaling/cluster-autoscaler:v1.33.0'], 'other'],
    ['scaler', ['mirror.example.com/cluster-autoscaler-arm64@sha256:ab'], 'other'],
    ['karpenter', [], 'karpenter'],
    ['scaler', ['public.ecr.aws/karpenter/controller:1.5.0@sha256:ab'], 'karpenter'],
    ['web', ['example.com/team/cluster-autoscaler/ui:1'], undefined],
    ['karpenter-dashboard', ['example.com/karpenter-ui:1'], undefined],
    ['web', ['nginx'], undefined],
  ])('%s that runs %j', (name, images, program) => {
    expect(scalerOfDeployment({ namespace: 'infra', name, images })?.program).toBe(program);
  });

  test('is named with its namespace', () => {
    expect(scalerOfDeployment({ namespace: 'infra', name: 'karpenter', images: [] })).toEqual({
      program: 'karpenter',
      what: 'Deployment infra/karpenter',
    });
  });
});

test('the status of the cluster autoscaler', () => {
  expect(isScalerStatus({ metadata: { name: 'cluster-autoscaler-status' } })).toBe(true);
  expect(isScalerStatus({ metadata: { name: 'coredns' } })).toBe(false);
  expect(isScalerStatus({})).toBe(false);
});

test.each<readonly [string, object, object | undefined]>([
  ['nothing', { labels: { 'kubernetes.io/os': 'linux' } }, undefined],
  [
    'a label of Karpenter',
    { labels: { 'karpenter.sh/nodepool': 'default' } },
    { program: 'karpenter', what: 'has the label karpenter.sh/nodepool' },
  ],
  [
    'Fargate',
    { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } },
    { program: 'other', what: 'has the label eks.amazonaws.com/compute-type=fargate' },
  ],
  ['a node of EC2', { labels: { 'eks.amazonaws.com/compute-type': 'ec2' } }, undefined],
  [
    'a taint of the cluster autoscaler',
    { taints: [{ key: 'DeletionCandidateOfClusterAutoscaler', effect: 'PreferNoSchedule' }] },
    { program: 'other', what: 'has the taint DeletionCandidateOfClusterAutoscaler' },
  ],
  [
    'an image of Karpenter',
    { images: [{ names: ['public.ecr.aws/karpenter/controller:1.5.0'] }] },
    { program: 'karpenter', what: 'reports the image public.ecr.aws/karpenter/controller:1.5.0' },
  ],
])('a node with %s', (_name, parts, scaler) => {
  expect(aNode('a', parts).signs.scaler).toEqual(scaler);
});

const platform = (written: string) => {
  const [os = '', architecture = '', variant] = written.split('/');
  return { os, architecture, ...(variant !== undefined && { variant }) };
};

test.each([
  ['linux/amd64', 'linux/amd64', true],
  ['linux/x86_64', 'linux/amd64', true],
  ['linux/386', 'linux/amd64', true],
  ['linux/arm64/v8', 'linux/arm64', true],
  ['linux/arm/v7', 'linux/arm64', true],
  ['linux/arm/v7', 'linux/arm/v6', true],
  ['linux/arm64', 'linux/amd64', false],
  ['windows/amd64', 'linux/amd64', false],
  ['linux/amd64', 'linux/386', false],
])('%s may run on %s: %s', (offer, node, may) => {
  expect(mayRunOn(platform(offer), platform(node))).toBe(may);
});

function required(...matchExpressions: readonly object[]): object {
  return requiring({ matchExpressions });
}

function arch(operator: string, ...values: readonly string[]): object {
  return { key: 'kubernetes.io/arch', operator, values };
}

describe('kinds of nodes on which a Pod could land', () => {
  const disk = { key: 'disk', operator: 'In', values: ['ssd'] };

  test.each<readonly [string, object, string]>([
    ['any', {}, 'linux/amd64 linux/arm64'],
    ['by its selector', { nodeSelector: { 'kubernetes.io/arch': 'arm64', disk: 'ssd' } }, 'linux/arm64'],
    ['by its system', { os: { name: 'windows' } }, ''],
    ['by affinity', required(arch('NotIn', 'arm64'), disk), 'linux/amd64'],
    ['by affinity about something else', required(disk), 'linux/amd64 linux/arm64'],
    [
      'by one of two terms',
      requiring({ matchExpressions: [arch('In', 's390x')] }, { matchExpressions: [disk] }),
      'linux/amd64 linux/arm64',
    ],
    ['by terms of which none is met', requiring({ matchExpressions: [arch('In', 's390x'), disk] }), ''],
    [
      'by the name of a node',
      requiring({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }),
      'linux/amd64 linux/arm64',
    ],
    ['never, where no term matches', requiring(), ''],
  ])('%s', (_name, spec, expected) => {
    const offers = ['linux/amd64', 'linux/arm64/v8', 'linux/arm64/v9', 'unknown/unknown'].map(platform);
    const fitting = platformsThatFit(offers, aPlacement(spec));

    expect(fitting.map(({ os, architecture }) => `${os}/${architecture}`).join(' ')).toBe(expected);
  });
});

function aPool(requirements: unknown, labels: object = {}): NodePool | undefined {
  return parseNodePool({
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: 'default' },
    spec: { template: { metadata: { labels }, spec: { requirements } } },
  });
}

describe('a NodePool', () => {
  const capacity = { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['spot'], minValues: 1 };

  test.each<readonly [string, unknown, object, boolean]>([
    ['of other machines', [arch('In', 'amd64'), capacity], {}, false],
    ['of such machines', [arch('In', 'amd64', 'arm64'), capacity], {}, true],
    ['of any machines', [capacity], {}, true],
    ['without requirements', [], {}, true],
    ['with a label', [capacity], { 'kubernetes.io/arch': 'amd64' }, false],
  ])('%s', (_name, requirements, labels, allows) => {
    expect(aPool(requirements, labels)?.allows([platform('linux/arm64')])).toBe(allows);
  });

  test('that cannot be understood is not known', () => {
    expect(aPool('amd64')).toBeUndefined();
    expect(parseNodePool({ metadata: { name: 'a' } })).toBeUndefined();
  });
});
