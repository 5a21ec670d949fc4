import { describe, expect, test } from 'vitest';
import { parseNode } from '../../../src/core/node/node.ts';
import { sharedStrings } from '../../../src/core/node/shared-strings.ts';
import { aNode, aNodeObject } from './builders.ts';

test('reads what a kubelet reports', () => {
  const node = aNode('worker-1', {
    labels: { 'kubernetes.io/arch': 'arm64', 'kubernetes.io/os': 'linux', zone: 'a' },
    taints: [{ key: 'gpu', value: 'true', effect: 'NoSchedule', timeAdded: '2026-01-01T00:00:00Z' }, { key: 'bare' }],
    unschedulable: true,
    nodeInfo: {
      architecture: 'arm64',
      operatingSystem: 'linux',
      containerRuntimeVersion: 'containerd://2.1.4',
      kubeletVersion: 'v1.35.2',
      kernelVersion: '6.12.0',
    },
    images: [
      { names: ['docker.io/library/nginx@sha256:ab', 'docker.io/library/nginx:1.25'], sizeBytes: 7 },
      { names: ['quay.io/a/b:1'] },
    ],
    allocatable: { cpu: '3500m', memory: '8Gi', 'nvidia.com/gpu': '4', 'other.example/odd': 'many' },
    conditions: [
      { type: 'DiskPressure', status: 'False' },
      { type: 'Ready', status: 'Unknown' },
    ],
  });

  expect(node).toEqual({
    name: 'worker-1',
    labels: new Map([
      ['kubernetes.io/arch', 'arm64'],
      ['kubernetes.io/os', 'linux'],
      ['zone', 'a'],
    ]),
    taints: [
      { key: 'gpu', value: 'true', effect: 'NoSchedule' },
      { key: 'bare', value: '', effect: '' },
    ],
    isUnschedulable: true,
    os: 'linux',
    platform: { kind: 'known', platform: { os: 'linux', architecture: 'arm64' } },
    runtime: { kind: 'containerd', major: 2, minor: 1 },
    kubelet: { kind: 'known', minor: 35 },
    isVirtualKubelet: false,
    imageNames: new Set(['docker.io/library/nginx@sha256:ab', 'docker.io/library/nginx:1.25', 'quay.io/a/b:1']),
    signs: { mirrors: [], mayHaveMoreImages: false },
    allocatable: new Map([
      ['cpu', 3.5],
      ['memory', 8 * 1024 ** 3],
      ['nvidia.com/gpu', 4],
    ]),
    isReady: false,
    kindKey:
      '[{"kind":"known","platform":{"os":"linux","architecture":"arm64"}},{"kind":"containerd","major":2,"minor":1},{"kind":"known","minor":35},false]',
  });
});

test.each([
  ['nothing but a name', { metadata: { name: 'n' } }],
  ['null everywhere', { metadata: { name: 'n', labels: null }, spec: null, status: null }],
  [
    'null deeper',
    { metadata: { name: 'n' }, spec: { taints: null, unschedulable: null }, status: { nodeInfo: null, images: null } },
  ],
])('reads %s: a node of which nothing is known', (_, object) => {
  const parsed = parseNode(object);

  expect(parsed).toMatchObject({
    ok: true,
    node: {
      name: 'n',
      labels: new Map(),
      taints: [],
      isUnschedulable: false,
      platform: { kind: 'unknown' },
      runtime: { kind: 'containerd-of-unknown-version' },
      kubelet: { kind: 'unknown' },
      isVirtualKubelet: false,
      imageNames: new Set(),
    },
  });
  expect(parsed.ok && 'os' in parsed.node).toBe(false);
});

describe('platform', () => {
  const labels = { 'kubernetes.io/arch': 'arm64', 'kubernetes.io/os': 'linux' };

  test('nodeInfo counts, not the labels', () => {
    const node = aNode('n', { labels, nodeInfo: { architecture: 'amd64', operatingSystem: 'linux' } });

    expect(node.platform).toEqual({ kind: 'known', platform: { os: 'linux', architecture: 'amd64' } });
  });

  test.each([[undefined], [{}], [{ architecture: '', operatingSystem: '' }]])(
    'labels stand in for nodeInfo %j',
    (nodeInfo) => {
      const node = aNode('n', { labels, nodeInfo });

      expect(node.platform).toEqual({ kind: 'known', platform: { os: 'linux', architecture: 'arm64' } });
      expect(node.os).toBe('linux');
    },
  );

  test.each([
    ['an architecture alone', { 'kubernetes.io/arch': 'arm64' }, undefined],
    ['an operating system alone', { 'kubernetes.io/os': 'windows' }, 'windows'],
    ['empty labels', { 'kubernetes.io/arch': '', 'kubernetes.io/os': '' }, undefined],
  ])('%s makes no platform', (_, given, os) => {
    const node = aNode('n', { labels: given, nodeInfo: undefined });

    expect(node.platform).toEqual({ kind: 'unknown' });
    expect(node.os).toBe(os);
  });
});

function osVersionOf(os: string, label: string | undefined, kernelVersion: string | undefined): string | undefined {
  const { platform } = aNode('n', {
    labels: label === undefined ? {} : { 'node.kubernetes.io/windows-build': label },
    nodeInfo: { architecture: 'amd64', operatingSystem: os, kernelVersion },
  });
  return platform.kind === 'known' ? platform.platform.osVersion : 'unknown platform';
}

describe('Windows build', () => {
  test.each([
    ['10.0.20348', '10.0.17763.1098', '10.0.20348'],
    [undefined, '10.0.17763.1098', '10.0.17763'],
    ['', '10.0.26100.1', '10.0.26100'],
    ['ltsc2022', '10.0.20348', '10.0.20348'],
    [undefined, undefined, undefined],
    [undefined, '10.0 17763 (17763.1.amd64fre.rs5_release.180914-1434)', undefined],
    [undefined, `10.0.${'1'.repeat(100_000)}`, undefined],
  ])('label %j and kernel %.40j: %j', (label, kernelVersion, build) => {
    expect(osVersionOf('windows', label, kernelVersion)).toBe(build);
  });

  test('is not looked for elsewhere', () => {
    expect(osVersionOf('linux', '10.0.20348', '6.12.0')).toBeUndefined();
  });
});

describe('virtual kubelet', () => {
  test.each([
    ['label', { labels: { type: 'virtual-kubelet' } }],
    ['taint', { taints: [{ key: 'virtual-kubelet.io/provider', value: 'azure', effect: 'NoSchedule' }] }],
    ['version', { nodeInfo: { kubeletVersion: 'v1.25.0-vk-azure-aci-1.4.8' } }],
  ])('is known by its %s', (_, parts) => {
    expect(aNode('n', parts).isVirtualKubelet).toBe(true);
  });

  test('a Fargate node is none', () => {
    expect(aNode('n', { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } }).isVirtualKubelet).toBe(false);
  });
});

describe('wrong objects', () => {
  test.each([
    [undefined, '', 'must be an object, but is missing'],
    [null, '', 'must be an object, but is null'],
    ['node', '', 'must be an object, but is a string'],
    [[], '', 'must be an object, but is an array'],
    [{}, 'metadata', 'must be an object, but is missing'],
    [{ metadata: {} }, 'metadata.name', 'must be a string, but is missing'],
    [{ metadata: { name: '' } }, 'metadata.name', 'is empty'],
    [{ metadata: { name: 7 } }, 'metadata.name', 'must be a string, but is a number'],
    [aNodeObject('n', { labels: [] }), 'metadata.labels', 'must be an object, but is an array'],
    [aNodeObject('n', { labels: 'a=b' }), 'metadata.labels', 'must be an object, but is a string'],
    [
      aNodeObject('n', { labels: { 'kubernetes.io/arch': 64 } }),
      'metadata.labels["kubernetes.io/arch"]',
      'must be a string, but is a number',
    ],
    [aNodeObject('n', { labels: { a: { b: 'c' } } }), 'metadata.labels.a', 'must be a string, but is an object'],
    [aNodeObject('n', { labels: { a: ['c'] } }), 'metadata.labels.a', 'must be a string, but is an array'],
    [{ metadata: { name: 'n' }, spec: 7 }, 'spec', 'must be an object, but is a number'],
    [aNodeObject('n', { taints: {} }), 'spec.taints', 'must be an array, but is an object'],
    [aNodeObject('n', { taints: ['gpu'] }), 'spec.taints[0]', 'must be an object, but is a string'],
    [
      aNodeObject('n', { taints: [{ key: 'a' }, { key: true }] }),
      'spec.taints[1].key',
      'must be a string, but is a boolean',
    ],
    [aNodeObject('n', { unschedulable: 'true' }), 'spec.unschedulable', 'must be a boolean, but is a string'],
    [{ metadata: { name: 'n' }, status: [] }, 'status', 'must be an object, but is an array'],
    [aNodeObject('n', { nodeInfo: 'arm64' }), 'status.nodeInfo', 'must be an object, but is a string'],
    [
      aNodeObject('n', { nodeInfo: { architecture: 64 } }),
      'status.nodeInfo.architecture',
      'must be a string, but is a number',
    ],
    [
      aNodeObject('n', { images: [{ names: ['a', 7] }] }),
      'status.images[0].names[1]',
      'must be a string, but is a number',
    ],
    [aNodeObject('n', { images: [{ names: 'a' }] }), 'status.images[0].names', 'must be an array, but is a string'],
  ])('%j', (object, path, problem) => {
    expect(parseNode(object)).toMatchObject({ ok: false, problems: [{ path, problem }] });
  });
});

describe('hostile objects', () => {
  test('a label named __proto__ is a label', () => {
    const { labels } = aNode('n', { labels: JSON.parse('{"__proto__":"x","constructor":"y","toString":"z"}') });

    expect([...labels]).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ]);
  });

  test('a wrong value under __proto__ is named', () => {
    expect(
      parseNode(JSON.parse('{"metadata":{"name":"n","labels":{"__proto__":{"kubernetes.io/os":"linux"}}}}')),
    ).toMatchObject({
      ok: false,
      problems: [{ path: 'metadata.labels.__proto__', problem: 'must be a string, but is an object' }],
    });
  });

  test('members under __proto__ are no members', () => {
    const parsed = parseNode(JSON.parse('{"metadata":{"name":"n"},"__proto__":{"spec":{"unschedulable":true}}}'));

    expect(parsed).toMatchObject({ ok: true, node: { isUnschedulable: false } });
  });

  test('members of no concern may have any type and depth', () => {
    const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);

    expect(
      parseNode({ kind: 7, metadata: { name: 'n', annotations: deep }, spec: { podCIDR: deep }, more: deep }).ok,
    ).toBe(true);
  });

  test('names of a megabyte are names', () => {
    const long = 'n'.repeat(1_000_000);

    expect(aNode(long, { images: [{ names: [long] }] })).toMatchObject({ name: long, imageNames: new Set([long]) });
  });
});

test.each([
  ['left out', {}, 'containerd-of-unknown-version'],
  ['null', { containerRuntimeVersion: null }, 'containerd-of-unknown-version'],
  ['empty, as an API server writes it', { containerRuntimeVersion: '' }, 'unknown'],
])('a runtime that is %s', (_, nodeInfo, kind) => {
  expect(parseNode({ metadata: { name: 'n' }, status: { nodeInfo } })).toMatchObject({ node: { runtime: { kind } } });
});

test('equal strings of several nodes pass through one function', () => {
  const seen: string[] = [];
  const share = (text: string) => {
    seen.push(text);
    return text;
  };

  parseNode(aNodeObject('n', { labels: { zone: 'a' }, images: [{ names: ['i:1', 'i:2'] }] }), share);

  expect(seen).toEqual([
    'a',
    'i:1',
    'i:2',
    '[{"kind":"unknown"},{"kind":"containerd-of-unknown-version"},{"kind":"unknown"},false]',
  ]);
});

test('sharing strings changes nothing', () => {
  const object = aNodeObject('n', { labels: { zone: 'a', same: 'a' }, images: [{ names: ['i:1', 'i:2'] }] });

  expect(parseNode(object, sharedStrings(2))).toEqual(parseNode(object));
});
