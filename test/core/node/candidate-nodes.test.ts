import { describe, expect, test } from 'vitest';
import { candidateNodesOf, type PlacementOwner } from '../../../src/core/node/candidate-nodes.ts';
import type { Node } from '../../../src/core/node/node.ts';
import { aNode, aPlacement, requiring } from './builders.ts';

const on = { taintTolerationComparisonOperators: true };
const plain = aNode('plain');

function namesOf(podSpec: object, owner: PlacementOwner, nodes: readonly Node[]): readonly string[] {
  return candidateNodesOf(aPlacement(podSpec), owner, nodes).nodes.map(({ name }) => name);
}

function doubtsOf(podSpec: object, nodes: readonly Node[], owner: PlacementOwner = 'Pod') {
  return candidateNodesOf(aPlacement(podSpec), owner, nodes).doubts;
}

function refusedOf(podSpec: object, node: Node) {
  const { refused } = candidateNodesOf(aPlacement(podSpec), 'Pod', [node]);
  return refused.map(({ node: { name }, reason }) => [name, reason]);
}

function selects(os: string, nodeName: string): object {
  return { nodeName, nodeSelector: { 'kubernetes.io/os': os } };
}

function many<T>(count: number, item: T): readonly T[] {
  return Array.from({ length: count }, () => item);
}

function tainted(name: string, condition: string, ...effects: readonly string[]): Node {
  return aNode(name, { taints: effects.map((effect) => ({ key: `node.kubernetes.io/${condition}`, effect })) });
}

describe('tolerations that are added on the way', () => {
  const nodes = [
    plain,
    tainted('not-ready-execute', 'not-ready', 'NoExecute'),
    tainted('not-ready', 'not-ready', 'NoSchedule', 'NoExecute'),
    tainted('unreachable-execute', 'unreachable', 'NoExecute'),
    tainted('pressure', 'memory-pressure', 'NoSchedule'),
    tainted('no-network', 'network-unavailable', 'NoSchedule'),
    aNode('cordoned', { unschedulable: true }),
    tainted('cordoned-taint', 'unschedulable', 'NoSchedule'),
  ];

  test.each<[string, PlacementOwner, object, readonly string[]]>([
    ['a Pod has them already', 'Pod', {}, ['plain']],
    ['a template gets those of admission', 'Template', {}, ['plain', 'not-ready-execute', 'unreachable-execute']],
    [
      'a template with one of its own gets the other',
      'Template',
      {
        tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Equal', value: 'never', effect: 'NoExecute' }],
      },
      ['plain', 'unreachable-execute'],
    ],
    [
      'a template that tolerates every NoExecute of one value gets none',
      'Template',
      { tolerations: [{ value: 'never', effect: 'NoExecute' }] },
      ['plain'],
    ],
    [
      'a template with one of another effect gets both',
      'Template',
      { tolerations: [{ key: 'node.kubernetes.io/not-ready', value: 'never', effect: 'NoSchedule' }] },
      ['plain', 'not-ready-execute', 'unreachable-execute'],
    ],
    [
      'a DaemonSet gets those of its controller',
      'DaemonSet',
      {},
      ['plain', 'not-ready-execute', 'unreachable-execute', 'pressure', 'cordoned', 'cordoned-taint'],
    ],
    [
      'a DaemonSet on the host network waits for no network',
      'DaemonSet',
      { hostNetwork: true },
      ['plain', 'not-ready-execute', 'unreachable-execute', 'pressure', 'no-network', 'cordoned', 'cordoned-taint'],
    ],
    [
      'the host network gives others nothing',
      'Template',
      { hostNetwork: true },
      ['plain', 'not-ready-execute', 'unreachable-execute'],
    ],
  ])('%s', (_, owner, podSpec, names) => {
    expect(namesOf(podSpec, owner, nodes)).toEqual(names);
  });
});

describe('nodeName', () => {
  const nodes = [plain, aNode('cordoned', { unschedulable: true, taints: [{ key: 'gpu', effect: 'NoSchedule' }] })];

  test.each<[PlacementOwner, readonly string[]]>([
    ['Pod', ['cordoned']],
    ['Template', ['cordoned']],
    ['DaemonSet', []],
  ])('of a %s, to a tainted node: %j', (owner, names) => {
    expect(namesOf({ nodeName: 'cordoned' }, owner, nodes)).toEqual(names);
  });

  test('of a DaemonSet keeps it from every other node', () => {
    expect(namesOf({ nodeName: 'plain' }, 'DaemonSet', [plain, aNode('other')])).toEqual(['plain']);
  });
});

describe('kubelets that turn the Pod away', () => {
  const windows = aNode('win', {
    labels: { 'kubernetes.io/os': 'windows' },
    nodeInfo: { operatingSystem: 'windows', architecture: 'amd64' },
  });
  const nameless = aNode('nameless', { nodeInfo: undefined, labels: { zone: 'a' } });

  test('another operating system', () => {
    expect(refusedOf({ os: { name: 'windows' } }, plain)).toEqual([['plain', 'PodOSNotSupported']]);
    expect(refusedOf({ os: { name: 'windows' } }, windows)).toEqual([]);
    expect(refusedOf({ os: {} }, plain)).toEqual([['plain', 'PodOSNotSupported']]);
  });

  test('an operating system that nobody knows is not another one', () => {
    const { nodes, refused } = candidateNodesOf(aPlacement({ os: { name: 'windows' } }), 'Pod', [nameless]);

    expect(nodes).toEqual([nameless]);
    expect(refused).toEqual([]);
  });

  test('labels, then taints', () => {
    const evicting = aNode('evicting', { taints: [{ key: 'gpu', effect: 'NoExecute' }] });

    expect(refusedOf({ nodeName: 'evicting', nodeSelector: { zone: 'a' } }, evicting)).toEqual([
      ['evicting', 'NodeAffinity'],
    ]);
    expect(refusedOf({ nodeName: 'evicting' }, evicting)).toEqual([['evicting', 'TaintToleration']]);
    expect(refusedOf({ nodeName: 'evicting', tolerations: [{ key: 'gpu' }] }, evicting)).toEqual([]);
  });

  test('the label kubernetes.io/os is what the kubelet makes of it, where there are labels', () => {
    const unlabelled = aNode('n', { labels: { zone: 'a' } });
    const mislabelled = aNode('n', { labels: { 'kubernetes.io/os': 'windows' } });

    expect(refusedOf(selects('linux', 'n'), unlabelled)).toEqual([]);
    expect(refusedOf(selects('windows', 'n'), unlabelled)).toEqual([['n', 'NodeAffinity']]);
    expect(refusedOf(selects('linux', 'plain'), plain)).toEqual([['plain', 'NodeAffinity']]);
    expect(refusedOf(selects('linux', 'n'), mislabelled)).toEqual([]);
    expect(refusedOf(selects('windows', 'n'), mislabelled)).toEqual([]);
  });

  test('a node of unknown operating system may be any', () => {
    expect(refusedOf(selects('windows', 'nameless'), nameless)).toEqual([]);
    expect(refusedOf({ nodeName: 'nameless', nodeSelector: { zone: 'b' } }, nameless)).toEqual([
      ['nameless', 'NodeAffinity'],
    ]);
  });

  test('an affinity that only the corrected label breaks is let in by the second look', () => {
    const wantsNone = requiring({ matchExpressions: [{ key: 'kubernetes.io/os', operator: 'DoesNotExist' }] });

    expect(refusedOf({ nodeName: 'n', ...wantsNone }, aNode('n', { labels: { zone: 'a' } }))).toEqual([]);
  });
});

describe('doubts', () => {
  const virtual = aNode('vk', {
    labels: { type: 'virtual-kubelet' },
    nodeInfo: { containerRuntimeVersion: 'other://1' },
  });
  const crio = aNode('crio', { nodeInfo: { containerRuntimeVersion: 'cri-o://1.33.0' } });
  const silent = aNode('silent', { nodeInfo: { containerRuntimeVersion: '' } });
  const containerd = aNode('c', { nodeInfo: { containerRuntimeVersion: 'containerd://Unknown' } });

  test.each([
    ['none', {}, [plain, containerd], []],
    ['no nodes', {}, [], [{ kind: 'no-candidate-nodes' }]],
    [
      'a nodeName of no node',
      { nodeName: 'gone', schedulerName: 'volcano' },
      [plain],
      [{ kind: 'no-candidate-nodes' }],
    ],
    ['every kubelet refuses', { os: { name: 'windows' } }, [plain], [{ kind: 'no-candidate-nodes' }]],
    [
      'another scheduler',
      { schedulerName: 'volcano' },
      [plain],
      [{ kind: 'other-scheduler', schedulerName: 'volcano' }],
    ],
    ['the default scheduler by name', { schedulerName: 'default-scheduler' }, [plain], []],
    ['scheduling gates', { schedulingGates: [{ name: 'quota' }] }, [plain], [{ kind: 'scheduling-gates' }]],
    ['no scheduler asked', { nodeName: 'plain', schedulerName: 'volcano', schedulingGates: [{}] }, [plain], []],
    [
      'nodes without containerd',
      {},
      [plain, virtual, crio],
      [
        { kind: 'virtual-kubelet', nodes: { count: 1, names: ['vk'] } },
        { kind: 'other-runtime', nodes: { count: 1, names: ['crio'] } },
      ],
    ],
    [
      'nodes that do not say what they run',
      {},
      [plain, silent, crio],
      [
        { kind: 'other-runtime', nodes: { count: 1, names: ['crio'] } },
        { kind: 'unknown-runtime', nodes: { count: 1, names: ['silent'] } },
      ],
    ],
    [
      'such nodes elsewhere',
      { nodeSelector: { type: 'real' } },
      [virtual, aNode('r', { labels: { type: 'real' } })],
      [],
    ],
  ])('%s', (_, podSpec, nodes, doubts) => {
    expect(doubtsOf(podSpec, nodes)).toEqual(doubts);
  });
});

describe('more constraints than are read', () => {
  const never = { matchExpressions: [{ key: 'zone', operator: 'In', values: ['nowhere'] }] };
  const useless = { key: 'other', operator: 'Exists' };
  const nodes = [plain, aNode('gpu', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] })];

  test.each([
    ['as much affinity as is read', requiring(...many(200, never)), [], [{ kind: 'no-candidate-nodes' }]],
    ['more affinity', requiring(...many(201, never)), ['plain'], [{ kind: 'unread-constraints' }]],
    [
      'more affinity in one term',
      requiring({ matchExpressions: many(150, never.matchExpressions[0]), matchFields: many(51, {}) }),
      ['plain'],
      [{ kind: 'unread-constraints' }],
    ],
    ['as many tolerations as are read', { tolerations: many(200, useless) }, ['plain'], []],
    ['more tolerations', { tolerations: many(201, useless) }, ['plain', 'gpu'], [{ kind: 'unread-constraints' }]],
  ])('%s', (_, podSpec, names, doubts) => {
    expect(namesOf(podSpec, 'Pod', nodes)).toEqual(names);
    expect(doubtsOf(podSpec, nodes)).toEqual(doubts);
  });

  test('what is still read counts', () => {
    expect(namesOf({ ...requiring(...many(300, never)), nodeSelector: { zone: 'a' } }, 'Pod', nodes)).toEqual([]);
  });
});

test('comparison operators need their gate', () => {
  const loaded = aNode('loaded', { taints: [{ key: 'load', value: '5', effect: 'NoSchedule' }] });
  const placement = aPlacement({ tolerations: [{ key: 'load', operator: 'Gt', value: '3' }] });

  expect(candidateNodesOf(placement, 'Pod', [loaded]).nodes).toEqual([]);
  expect(candidateNodesOf(placement, 'Pod', [loaded], on).nodes).toEqual([loaded]);
});

test('each label of five thousand nodes is looked up at most twice', () => {
  let looks = 0;
  class CountedLabels extends Map<string, string> {
    override get(key: string): string | undefined {
      looks += 1;
      return super.get(key);
    }
    override has(key: string): boolean {
      looks += 1;
      return super.has(key);
    }
  }
  const nodes = Array.from({ length: 5_000 }, (_, index) => ({
    ...aNode(`n${index}`),
    labels: new CountedLabels([['kubernetes.io/arch', index % 2 === 0 ? 'arm64' : 'amd64']]),
  }));
  const placement = aPlacement({ nodeSelector: { 'kubernetes.io/arch': 'arm64' } });

  expect(candidateNodesOf(placement, 'Template', nodes).nodes).toHaveLength(2_500);
  expect(looks).toBeLessThanOrEqual(2 * 5_000);
});
