import { describe, expect, test } from 'vitest';
import type { FindingDetail } from '../../../src/core/finding/finding.ts';
import { type GrowthSeen, newNodesOf } from '../../../src/core/finding/new-nodes.ts';
import { parseNodePool } from '../../../src/core/node/node-pool.ts';
import type { Scaler } from '../../../src/core/node/scaler.ts';
import { candidatesOf } from '../../../src/core/pull/node-views.ts';
import { aDeployment, aPod, aWorker } from '../../support/judging.ts';

const arm64 = { os: 'linux', architecture: 'arm64' };
const amd64 = { os: 'linux', architecture: 'amd64' };
const onArm: FindingDetail = { code: 'no-matching-platform', offers: [arm64], wanted: [amd64] };
const autoscaler: Scaler = { program: 'other', what: 'Deployment kube-system/cluster-autoscaler' };
const karpenter: Scaler = { program: 'karpenter', what: 'the API group karpenter.sh' };

function pool(...values: readonly string[]) {
  const requirements = [{ key: 'kubernetes.io/arch', operator: 'In', values }];
  const parsed = parseNodePool({ metadata: { name: 'a' }, spec: { template: { spec: { requirements } } } });
  if (parsed === undefined) throw new Error('no NodePool');
  return parsed;
}

function seen({
  workload = aDeployment(),
  nodes = [aWorker('a')],
  ...part
}: Partial<GrowthSeen & { workload: ReturnType<typeof aPod> }> = {}): GrowthSeen {
  return {
    workload,
    nodes,
    candidates: candidatesOf(workload, { nodes: { kind: 'nodes', nodes } }, false),
    growth: { scalers: [] },
    assumed: 'unknown',
    nodePlatforms: undefined,
    ...part,
  };
}

const asking = (requests: object, spec: object = {}) => aDeployment(undefined, spec, { resources: { requests } });
/** Of two programs: the nodes `a` and `c` of one, `b` of the other. */
const marks: Readonly<Record<string, { readonly labels: Readonly<Record<string, string>> }>> = {
  a: { labels: { 'eks.amazonaws.com/compute-type': 'auto' } },
  b: { labels: { 'karpenter.sh/nodepool': 'x' } },
  c: { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } },
};
const remedy = 'nodes.platforms, or nodes: fixed, would make it certain';
const brings = `new nodes may come (Deployment kube-system/cluster-autoscaler), and a linux/arm64 node could run the image; ${remedy}`;

test('what is offered is not known: any node may do, whatever Karpenter allows', () => {
  const growth = { scalers: [karpenter], pools: [pool('amd64')] };

  expect(newNodesOf({ ...onArm, offers: [] }, seen({ growth }))).toEqual({
    assumed: 'nodes=unknown (the API group karpenter.sh)',
    doubt: `new nodes may come (the API group karpenter.sh), and another node could run the image; ${remedy}`,
  });
});

test('of many platforms three are named', () => {
  const offers = ['arm64', 's390x', 'ppc64le', 'riscv64'].map((architecture) => ({ os: 'linux', architecture }));

  expect(newNodesOf({ ...onArm, offers }, seen({ growth: { scalers: [autoscaler] } }))?.doubt).toContain(
    'new nodes may come (Deployment kube-system/cluster-autoscaler), and a linux/arm64 or linux/s390x or linux/ppc64le node could run the image; nodes.platforms, or nodes: fixed, would make it certain',
  );
});

test('of many resources three are named', () => {
  const workload = asking({ cpu: '1000', memory: '1000Gi', 'a.test/x': '1', 'b.test/y': '1' });
  const doubt = newNodesOf(
    onArm,
    seen({ workload, nodes: [aWorker('a', { allocatable: { cpu: '1', memory: '1Gi' } })] }),
  )?.doubt;

  expect(doubt).toContain(
    'no candidate node has enough a.test/x, b.test/y, cpu for the Pod, so a node may be added, and a linux/arm64 node could run the image; nodes.platforms, or nodes: fixed, would make it certain',
  );
});

test('where no candidate is known nothing is said of their size', () => {
  expect(
    newNodesOf(onArm, seen({ candidates: candidatesOf(aDeployment(), { nodes: { kind: 'unknown' } }, false) })),
  ).toEqual({
    assumed: 'nodes=unknown (no autoscaler seen)',
  });
});

describe('a platform that no candidate has', () => {
  test.each<readonly [string, GrowthSeen, object]>([
    ['nothing shows that nodes may come', seen(), { assumed: 'nodes=unknown (no autoscaler seen)' }],
    [
      'not everything could be looked at',
      seen({ growth: { scalers: [], unseen: 'grant pullgate list on deployments.apps' } }),
      { assumed: 'nodes=unknown (no autoscaler seen; grant pullgate list on deployments.apps)' },
    ],
    ['nobody has looked yet', seen({ growth: undefined }), { assumed: 'nodes=unknown (no autoscaler seen)' }],
    [
      'an autoscaler runs',
      seen({ growth: { scalers: [autoscaler] } }),
      { assumed: 'nodes=unknown (Deployment kube-system/cluster-autoscaler)', doubt: brings },
    ],
    ...[
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
      ['b', 'a', 'c'],
    ].map((names): readonly [string, GrowthSeen, object] => [
      `nodes have marks of several programs, listed as ${names.join(', ')}`,
      seen({ nodes: names.map((name) => aWorker(name, marks[name])) }),
      {
        assumed: 'nodes=unknown (node a has the label eks.amazonaws.com/compute-type=auto)',
        doubt: `new nodes may come (node a has the label eks.amazonaws.com/compute-type=auto), and a linux/arm64 node could run the image; ${remedy}`,
      },
    ]),
    [
      'a node has a label of Karpenter',
      seen({ nodes: [aWorker('b'), aWorker('a', { labels: { 'karpenter.sh/nodepool': 'x' } })] }),
      {
        assumed: 'nodes=unknown (node a has the label karpenter.sh/nodepool)',
        doubt: `new nodes may come (node a has the label karpenter.sh/nodepool), and a linux/arm64 node could run the image; ${remedy}`,
      },
    ],
    [
      'Karpenter allows such nodes',
      seen({ growth: { scalers: [karpenter], pools: [pool('amd64'), pool('arm64')] } }),
      {
        assumed: 'nodes=unknown (the API group karpenter.sh)',
        doubt: `new nodes may come (the API group karpenter.sh), and a linux/arm64 node could run the image; ${remedy}`,
      },
    ],
    [
      'Karpenter allows no such nodes',
      seen({ growth: { scalers: [karpenter], pools: [pool('amd64')] } }),
      { assumed: 'nodes=unknown (no NodePool allows a node that could run it)' },
    ],
    [
      'Karpenter allows no such nodes, but another autoscaler runs',
      seen({ growth: { scalers: [karpenter, autoscaler], pools: [pool('amd64')] } }),
      { assumed: 'nodes=unknown (Deployment kube-system/cluster-autoscaler)', doubt: brings },
    ],
    ['nodes are fixed', seen({ growth: { scalers: [autoscaler] }, assumed: 'fixed' }), { assumed: 'nodes=fixed' }],
    [
      'no such nodes will ever come',
      seen({ growth: { scalers: [autoscaler] }, nodePlatforms: [amd64] }),
      { assumed: 'nodes.platforms=linux/amd64' },
    ],
    [
      'such nodes may come, as was said',
      seen({ growth: { scalers: [autoscaler] }, nodePlatforms: [amd64, arm64] }),
      {
        assumed: 'nodes=unknown (Deployment kube-system/cluster-autoscaler)',
        doubt:
          'new nodes may come (Deployment kube-system/cluster-autoscaler), and a linux/arm64 node could run the image; nodes: fixed would make it certain',
      },
    ],
    [
      'a selector excludes such nodes',
      seen({
        workload: aDeployment(undefined, { nodeSelector: { 'kubernetes.io/arch': 'amd64' } }),
        growth: { scalers: [autoscaler] },
      }),
      { assumed: 'nodes=unknown (no new node could run it)' },
    ],
    [
      'the API server failed',
      seen({ growth: { scalers: [], hasFailed: true } }),
      {
        assumed: 'nodes=unknown (no autoscaler seen)',
        doubt: `an autoscaler may add nodes (the API server gave no answer), and a linux/arm64 node could run the image; ${remedy}`,
      },
    ],
  ])('%s', (_name, growth, expected) => {
    expect(newNodesOf(onArm, growth)).toEqual(expected);
  });
});

describe('a Pod that fits on no candidate', () => {
  const small = { allocatable: { cpu: '4', memory: '8Gi' } };
  const lacking = (what: string) =>
    `no candidate node has enough ${what} for the Pod, so a node may be added, and a linux/arm64 node could run the image; ${remedy}`;

  const claiming = `no candidate node lists the devices for the resourceClaims of the Pod, so a node may be added, and a linux/arm64 node could run the image; ${remedy}`;

  test.each<readonly [string, GrowthSeen, string | undefined]>([
    ['it fits', seen({ workload: asking({ memory: '8Gi' }), nodes: [aWorker('a', small)] }), undefined],
    [
      'it asks for more memory',
      seen({ workload: asking({ memory: '64Gi' }), nodes: [aWorker('a', small)] }),
      lacking('memory'),
    ],
    [
      'it claims devices',
      seen({ workload: aDeployment(undefined, { resourceClaims: [{ name: 'gpu' }] }), nodes: [aWorker('a', small)] }),
      claiming,
    ],
    [
      'it claims devices, and nodes do not tell what they have',
      seen({ workload: aDeployment(undefined, { resourceClaims: [{ name: 'gpu' }] }) }),
      claiming,
    ],
    [
      'it claims devices, and asks for more memory',
      seen({
        workload: aDeployment(
          undefined,
          { resourceClaims: [{ name: 'gpu' }] },
          { resources: { requests: { memory: '64Gi' } } },
        ),
        nodes: [aWorker('a', small)],
      }),
      lacking('memory'),
    ],
    [
      'it asks for huge pages',
      seen({ workload: asking({ 'hugepages-2Mi': '1Gi' }), nodes: [aWorker('a', small)] }),
      lacking('hugepages-2Mi'),
    ],
    ['nodes do not tell what they have', seen({ workload: asking({ memory: '64Gi' }) }), undefined],
    [
      'one of two has enough',
      seen({
        workload: asking({ memory: '64Gi' }),
        nodes: [aWorker('a', small), aWorker('b', { allocatable: { memory: '64Gi' } })],
      }),
      undefined,
    ],
    [
      'the one that has enough is not ready',
      seen({
        workload: asking({ memory: '64Gi' }),
        nodes: [
          aWorker('a', small),
          aWorker('b', { allocatable: { memory: '64Gi' }, conditions: [{ type: 'Ready', status: 'False' }] }),
        ],
      }),
      lacking('memory'),
    ],
    [
      'none is ready',
      seen({ nodes: [aWorker('a', { conditions: [{ type: 'Ready', status: 'Unknown' }] })] }),
      `no candidate node is ready, so a node may be added, and a linux/arm64 node could run the image; ${remedy}`,
    ],
    [
      'each lacks something',
      seen({
        workload: asking({ cpu: 8, 'nvidia.com/gpu': 1 }),
        nodes: [aWorker('a', small), aWorker('b', { allocatable: { cpu: 64 } })],
      }),
      lacking('cpu, nvidia.com/gpu'),
    ],
  ])('%s', (_name, growth, doubt) => {
    expect(newNodesOf(onArm, growth)?.doubt).toBe(doubt);
  });
});

describe('nothing is said of nodes', () => {
  const absent: FindingDetail = { code: 'registry-not-examined', registry: 'a', why: 'loopback' };

  test.each<readonly [string, FindingDetail, GrowthSeen]>([
    ['of something else than platforms', absent, seen({ growth: { scalers: [autoscaler] } })],
    ['where only platforms are named', onArm, { ...seen(), nodes: undefined }],
    ['of a Pod that names its node', onArm, seen({ workload: aPod(undefined, { nodeName: 'a' }) })],
  ])('%s', (_name, detail, growth) => {
    expect(newNodesOf(detail, growth)).toBeUndefined();
  });
});
