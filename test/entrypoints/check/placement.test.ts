/** Where the Pods of manifests may land, and what that means for the platforms of their images. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aDeployment, aNode, aPod } from '../../support/api-objects.ts';
import { checkObjects } from '../../support/check.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const arm = 'registry.test/team/arm:1';
const x86 = 'registry.test/team/x86:1';

let world: RegistryWorld;

beforeAll(async () => {
  world = await startRegistryWorld({ names: ['registry.test'] });
  world.registry.push('team/x86', '1', buildMultiPlatform([amd64], 'x86'));
  world.registry.push('team/arm', '1', buildMultiPlatform([arm64], 'arm'));
});

afterAll(async () => {
  await world.end();
});

/** `no-matching-platform certain`; `pullable` where nothing is found. */
async function foundIn(objects: readonly object[], args: readonly string[] = []): Promise<string> {
  const { outcome, finding } = await firstIn(objects, args);
  return finding === undefined ? String(outcome) : `${finding.code} ${finding.certainty}`;
}

async function firstIn(objects: readonly object[], args: readonly string[] = []) {
  const { results } = await checkObjects(objects, ['--config', world.configPath, ...args]);
  const [image] = results.flatMap(({ images }) => images);
  return { outcome: image?.outcome, finding: image?.findings[0] };
}

/** `likely: …` with the row that took it down, `certain` where none did. */
async function reasonIn(objects: readonly object[], args: readonly string[] = []): Promise<string> {
  const { outcome, finding } = await firstIn(objects, args);
  if (finding === undefined) return String(outcome);
  const { certainty, cappedBy } = finding;
  return cappedBy === undefined ? certainty : `${certainty}: ${cappedBy}`;
}

describe('with --platform', () => {
  const onArm = { nodeSelector: { 'kubernetes.io/arch': 'arm64' } };
  const both = 'linux/amd64,linux/arm64';

  test.each<readonly [string, object, string, string]>([
    ['a selector excludes the only one', aDeployment({ images: [arm], spec: onArm }), 'linux/amd64', 'pullable'],
    ['a selector leaves the right one', aDeployment({ images: [arm], spec: onArm }), both, 'pullable'],
    [
      'a selector leaves the wrong one',
      aDeployment({ images: [x86], spec: onArm }),
      both,
      'no-matching-platform certain',
    ],
    ['the system excludes it', aPod({ images: [arm], spec: { os: { name: 'windows' } } }), 'linux/amd64', 'pullable'],
    ['its node is named', aPod({ images: [arm], spec: { nodeName: 'armnode' } }), 'linux/amd64', 'pullable'],
    [
      'its node is named in a template',
      aDeployment({ images: [arm], spec: { nodeName: 'armnode' } }),
      both,
      'pullable',
    ],
    ['nothing is excluded', aDeployment({ images: [arm] }), 'linux/amd64', 'no-matching-platform certain'],
    ['one of two lacks it', aDeployment({ images: [arm] }), both, 'some-nodes-lack-platform likely'],
  ])('%s', async (_name, object, platforms, found) => {
    expect(await foundIn([object], ['--platform', platforms])).toBe(found);
  });
});

type NodeWords = { readonly labels?: object; readonly taints?: readonly object[]; readonly os?: string };

function node(name: string, architecture: string, { labels = {}, taints = [], os = 'linux' }: NodeWords = {}): object {
  const plain = aNode({ name, architecture });
  return {
    ...plain,
    metadata: { name, labels: { ...plain.metadata.labels, 'kubernetes.io/os': os, ...labels } },
    spec: { taints },
    status: { nodeInfo: { ...plain.status.nodeInfo, operatingSystem: os } },
  };
}

const worker = node('worker', 'amd64');
const legacy = [{ key: 'pool', value: 'legacy', effect: 'NoSchedule' }];
const tainted = node('tainted', 'arm64', { labels: { pool: 'legacy' }, taints: legacy });

function web(image: string, spec: object = {}): object {
  return aDeployment({ images: [image], spec });
}

function runtimeClass(scheduling: object): object {
  return {
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: 'kata' },
    handler: 'kata',
    scheduling,
  };
}

function namespace(annotations: object): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', annotations } };
}

const selector = 'scheduler.alpha.kubernetes.io/node-selector';
const tolerations = 'scheduler.alpha.kubernetes.io/defaultTolerations';
const tolerated = [{ key: 'pool', operator: 'Exists' }];
const ofKata = { runtimeClassName: 'kata' };

describe('what admission adds to the Pods of a template', () => {
  test.each<readonly [string, readonly object[], string]>([
    ['nothing', [worker, web(arm)], 'certain'],
    [
      'a RuntimeClass sends them to the node that suits',
      [worker, tainted, runtimeClass({ nodeSelector: { pool: 'legacy' }, tolerations: tolerated }), web(arm, ofKata)],
      'pullable',
    ],
    [
      'a RuntimeClass sends them to the node that does not',
      [worker, tainted, runtimeClass({ nodeSelector: { pool: 'legacy' }, tolerations: tolerated }), web(x86, ofKata)],
      'certain',
    ],
    ['a RuntimeClass chooses nothing', [worker, runtimeClass({}), web(arm, ofKata)], 'certain'],
    [
      'a RuntimeClass that is not in the input',
      [worker, web(arm, ofKata)],
      'likely: RuntimeClass kata may choose other nodes (not among the files)',
    ],
    [
      'annotations of the Namespace send them to the node that suits',
      [worker, tainted, namespace({ [selector]: 'pool=legacy', [tolerations]: JSON.stringify(tolerated) }), web(arm)],
      'pullable',
    ],
    [
      'annotations of the Namespace, which may not count',
      [worker, namespace({ [selector]: 'kubernetes.io/os=linux' }), web(arm)],
      `likely: annotations of the Namespace may choose other nodes (${selector})`,
    ],
  ])('%s', async (_name, objects, reason) => {
    expect(await reasonIn(objects)).toBe(reason);
  });

  test('a Pod that asks for devices may tolerate the taints of their nodes', async () => {
    const gpus = node('gpus', 'arm64', { taints: [{ key: 'nvidia.com/gpu', effect: 'NoSchedule' }] });
    const [only] = aDeployment({ images: [arm] }).spec.template.spec.containers;
    const containers = [{ ...only, resources: { limits: { 'nvidia.com/gpu': 1 } } }];

    expect(await foundIn([worker, gpus, web(arm, { containers })])).toBe('some-nodes-lack-platform likely');
    expect(await reasonIn([worker, web(arm, { containers })])).toBe(
      'likely: admission may add tolerations to Pods that request nvidia.com/gpu',
    );
  });
});

describe('nodes that a template keeps away from', () => {
  const cordoned = { ...node('cordoned', 'arm64'), spec: { unschedulable: true } };
  const daemonSet = { ...aDeployment({ images: [arm] }), kind: 'DaemonSet' };

  test.each<readonly [string, readonly object[], string]>([
    [
      'a node with a taint could take them',
      [worker, tainted, web(arm)],
      'likely: node tainted is linux/arm64 but is excluded by its taint pool:NoSchedule',
    ],
    [
      'a node with a cordon could take them',
      [worker, cordoned, web(arm)],
      'likely: node cordoned is linux/arm64 but is excluded by its cordon',
    ],
    [
      'those of a DaemonSet',
      [worker, tainted, daemonSet],
      'likely: node tainted is linux/arm64 but is excluded by its taint pool:NoSchedule',
    ],
    [
      'a selector keeps them away, whatever is tolerated',
      [worker, tainted, web(arm, { nodeSelector: { 'kubernetes.io/arch': 'amd64' } })],
      'certain',
    ],
    [
      'the tainted node lacks the platform, too',
      [worker, node('other', 's390x', { taints: legacy }), web(arm)],
      'certain',
    ],
  ])('%s', async (_name, objects, reason) => {
    expect(await reasonIn(objects)).toBe(reason);
  });
});

function aPool(architecture: string): object {
  const requirements = [{ key: 'kubernetes.io/arch', operator: 'In', values: [architecture] }];
  return {
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name: architecture },
    spec: { template: { spec: { requirements } } },
  };
}

describe('nodes that may come', () => {
  const remedy = 'nodes.platforms, or nodes: fixed, would make it certain';
  const autoscaler = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cluster-autoscaler', namespace: 'kube-system' },
    spec: { template: { spec: { containers: [{ name: 'a', image: x86 }] } } },
  };
  const statusOfIt = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cluster-autoscaler-status' } };
  const brings = (what: string) =>
    `likely: new nodes may come (${what}), and a linux/arm64 node could run the image; ${remedy}`;

  test.each<readonly [string, readonly object[], readonly string[], string]>([
    ['an autoscaler', [worker, web(arm), autoscaler], [], brings('Deployment kube-system/cluster-autoscaler')],
    ['its status', [worker, web(arm), statusOfIt], [], brings('ConfigMap kube-system/cluster-autoscaler-status')],
    ['Karpenter', [worker, web(arm), aPool('arm64')], [], brings('the API group karpenter.sh')],
    ['Karpenter, and no such nodes', [worker, web(arm), aPool('amd64')], [], 'certain'],
    ['an autoscaler, and fixed nodes', [worker, web(arm), autoscaler], ['--assume', 'nodes=fixed'], 'certain'],
  ])('%s', async (_name, objects, args, reason) => {
    expect(await reasonIn(objects, args)).toBe(reason);
  });

  test('a Pod that fits on none', async () => {
    const { status } = aNode();
    const small = { ...node('small', 'amd64'), status: { ...status, allocatable: { memory: '8Gi' } } };
    const [only] = aDeployment({ images: [arm] }).spec.template.spec.containers;
    const asking = (memory: string) => web(arm, { containers: [{ ...only, resources: { requests: { memory } } }] });

    expect(await reasonIn([small, asking('64Gi')])).toBe(
      `likely: no candidate node has enough memory for the Pod, so a node may be added, and a linux/arm64 node could run the image; ${remedy}`,
    );
    expect(await reasonIn([small, asking('8Gi')])).toBe('certain');
  });

  test('what a denial assumes', async () => {
    const { finding } = await firstIn([worker, web(arm)]);

    expect(finding?.assuming).toEqual([
      'mirrors=auto (nodes.hostsDir)',
      'preloaded=auto (none seen)',
      'imageRewriting=none',
      'nodes=unknown (no autoscaler seen)',
    ]);
  });
});
