import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assumedNodes } from '../../../src/core/node/assumed-nodes.ts';
import { assumedNodeGroups, nodeGroupsOf } from '../../../src/core/node/node-group.ts';
import { aNode } from './builders.ts';

const unknown = { kind: 'unknown' };

function workers(prefix: string, count: number, nodeInfo: object) {
  return Array.from({ length: count }, (_, index) => aNode(`${prefix}-${index}`, { nodeInfo }));
}
function windows(kernelVersion: string): object {
  return { operatingSystem: 'windows', architecture: 'amd64', kernelVersion };
}

const amd = {
  operatingSystem: 'linux',
  architecture: 'amd64',
  containerRuntimeVersion: 'containerd://2.1.4',
  kubeletVersion: 'v1.35.2',
};

test('groups what is judged alike, with a count and the first five names', () => {
  const groups = nodeGroupsOf([
    ...workers('old', 1, { ...amd, containerRuntimeVersion: 'containerd://1.7.27' }),
    ...workers('w', 7, amd).toReversed(),
    ...workers('patch', 1, { ...amd, containerRuntimeVersion: 'containerd://2.1.9', kubeletVersion: 'v1.35.9' }),
    ...workers('dark', 1, {}),
  ]);

  const platform = { kind: 'known', platform: { os: 'linux', architecture: 'amd64' } };
  const kubelet = { kind: 'known', minor: 35 };
  expect(groups).toEqual([
    {
      platform,
      runtime: { kind: 'containerd', major: 1, minor: 7 },
      kubelet,
      isVirtualKubelet: false,
      members: { kind: 'nodes', nodes: { count: 1, names: ['old-0'] } },
    },
    {
      platform,
      runtime: { kind: 'containerd', major: 2, minor: 1 },
      kubelet,
      isVirtualKubelet: false,
      members: { kind: 'nodes', nodes: { count: 8, names: ['patch-0', 'w-0', 'w-1', 'w-2', 'w-3'] } },
    },
    {
      platform: unknown,
      runtime: { kind: 'containerd-of-unknown-version' },
      kubelet: unknown,
      isVirtualKubelet: false,
      members: { kind: 'nodes', nodes: { count: 1, names: ['dark-0'] } },
    },
  ]);
});

test.each([
  ['architecture', { ...amd, architecture: 'arm64' }],
  ['operating system', { ...amd, operatingSystem: 'windows' }],
  ['runtime', { ...amd, containerRuntimeVersion: 'cri-o://2.1.4' }],
  ['runtime of unknown version', { ...amd, containerRuntimeVersion: 'containerd://Unknown' }],
  ['minor version of the runtime', { ...amd, containerRuntimeVersion: 'containerd://2.2.4' }],
  ['build of the runtime', { ...amd, containerRuntimeVersion: 'containerd://2.1.4-k3s1' }],
  ['minor version of the kubelet', { ...amd, kubeletVersion: 'v1.34.2' }],
  ['virtual kubelet', { ...amd, kubeletVersion: 'v1.35.2-vk-1' }],
])('another %s is another group', (_, nodeInfo) => {
  expect(nodeGroupsOf([aNode('a', { nodeInfo: amd }), aNode('b', { nodeInfo })])).toHaveLength(2);
});

test('Windows builds are groups, revisions are not', () => {
  const groups = nodeGroupsOf([
    aNode('a', { nodeInfo: windows('10.0.17763.1') }),
    aNode('b', { nodeInfo: windows('10.0.17763.2') }),
    aNode('c', { nodeInfo: windows('10.0.20348.1') }),
  ]);

  expect(groups.map(({ members }) => members)).toEqual([
    { kind: 'nodes', nodes: { count: 2, names: ['a', 'b'] } },
    { kind: 'nodes', nodes: { count: 1, names: ['c'] } },
  ]);
});

test('odd words in a Node object cannot make two kinds one', () => {
  const groups = nodeGroupsOf([
    aNode('a', { nodeInfo: { operatingSystem: 'linux', architecture: 'amd64"}},{"kind":"unknown' } }),
    aNode('b', { nodeInfo: { operatingSystem: 'linux', architecture: 'amd64' } }),
  ]);

  expect(groups).toHaveLength(2);
});

test('the order of the nodes does not matter', () => {
  const nodes = [
    ...workers('a', 6, amd),
    ...workers('b', 6, {}),
    ...workers('c', 3, { ...amd, architecture: 'arm64' }),
  ];

  fc.assert(
    fc.property(fc.shuffledSubarray(nodes, { minLength: nodes.length }), (shuffled) => {
      expect(nodeGroupsOf(shuffled)).toEqual(nodeGroupsOf(nodes));
    }),
  );
});

test('no nodes, no groups', () => {
  expect(nodeGroupsOf([])).toEqual([]);
});

describe('assumed nodes', () => {
  test('make one group for each platform, in their order, of unknown runtime', () => {
    const arm = { os: 'linux', architecture: 'arm64', variant: 'v8' };
    const x86 = { os: 'linux', architecture: 'amd64' };

    expect(assumedNodeGroups(assumedNodes([arm, x86, { ...arm }]))).toEqual(
      [arm, x86].map((platform) => ({
        platform: { kind: 'known', platform },
        runtime: unknown,
        kubelet: unknown,
        isVirtualKubelet: false,
        members: { kind: 'assumed' },
      })),
    );
  });

  test('have the labels that a kubelet sets', () => {
    const server = { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348' };

    expect(assumedNodes([server])).toMatchObject([
      {
        name: '',
        os: 'windows',
        taints: [],
        isUnschedulable: false,
        labels: new Map([
          ['kubernetes.io/os', 'windows'],
          ['kubernetes.io/arch', 'amd64'],
          ['beta.kubernetes.io/os', 'windows'],
          ['beta.kubernetes.io/arch', 'amd64'],
          ['node.kubernetes.io/windows-build', '10.0.20348'],
        ]),
      },
    ]);
  });
});
