/** `pullgate whatif` on a dump of a cluster with two nodes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aDeployment, aNode } from '../../support/api-objects.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';
import { aRolledOutDeployment, aRunningPod, callWhatIf } from '../../support/running.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
let world: RegistryWorld;

beforeAll(async () => {
  world = await startRegistryWorld({ names: ['docker.io', 'registry.test'] });
  world.registry.push('library/nginx', '1.27', buildMultiPlatform([amd64, arm64], '1.27'));
  world.registry.push('team/app', '1', buildMultiPlatform([amd64], 'app'));
});

afterAll(async () => {
  await world.end();
});

const zone = 'topology.kubernetes.io/zone';

function inZone(node: ReturnType<typeof aNode>, name: string, images: readonly string[] = []) {
  return {
    ...node,
    metadata: { ...node.metadata, labels: { ...node.metadata.labels, [zone]: name } },
    status: { ...node.status, images: images.map((image) => ({ names: [image] })) },
  };
}

const nodes = [
  inZone(aNode({ name: 'a' }), 'east'),
  inZone(aNode({ name: 'b', architecture: 'arm64' }), 'west', ['registry.test/team/app:1']),
];

type Running = {
  readonly name: string;
  readonly image: string;
  readonly node: string;
  readonly policy?: string;
  readonly spec?: object;
};

function aRunning({ name, image, node, policy, spec = {} }: Running) {
  const { deployment, replicaSet } = aRolledOutDeployment({ name, image });
  const containers = [{ name: 'c0', image, ...(policy && { imagePullPolicy: policy }) }];
  const template = { spec: { containers, ...spec } };
  const of = (owner: object) => ({ ...owner, spec: { template } });
  return [
    of(deployment),
    of(replicaSet),
    aRunningPod({ name: `${name}-1-a`, images: [image], owner: replicaSet, node, spec: { containers, ...spec } }),
  ];
}

const whatIf = (objects: readonly object[], ...args: readonly string[]) =>
  callWhatIf(['--facts', '-', '--config', world.configPath, ...args], { objects });

const shop = [
  ...nodes,
  ...aRunning({ name: 'web', image: 'nginx:1.27', node: 'a' }),
  ...aRunning({ name: 'app', image: 'registry.test/team/app:1', node: 'a', policy: 'Always' }),
  ...aRunning({
    name: 'pinned',
    image: 'nginx:1.27',
    node: 'a',
    spec: { nodeSelector: { 'kubernetes.io/arch': 'amd64' } },
  }),
  ...aRunning({ name: 'far', image: 'nginx:1.27', node: 'b' }),
  aRunningPod({ name: 'lone', images: ['nginx:1.27'], node: 'a' }),
  { ...aDeployment({ name: 'agent', images: ['nginx:1.27'] }), kind: 'DaemonSet' },
  aRunningPod({
    name: 'agent-a',
    images: ['nginx:1.27'],
    node: 'a',
    owner: { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent' } },
  }),
];

describe('a node that is drained', () => {
  test('leaves three lists', async () => {
    const { output, errors, exitCode } = await whatIf(shop, '--drain', 'a');

    expect(output).toBe(
      'cannot restart in place: 1\n' +
        '  \u2717 Deployment shop/app, 1 Pod\n' +
        '      registry.test/team/app:1: no match for platform in manifest: the image offers linux/amd64, but the nodes need linux/arm64 (node b reports the image and got it from a source that pullgate does not know) (likely)\n' +
        '        -> Build the image for linux/arm64, or use an image that supports it\n\n' +
        'cannot move: 2\n' +
        '  \u2717 Deployment shop/pinned, 1 Pod\n' +
        '      no other node takes it, as far as its placement says\n' +
        '  \u2717 Pod shop/lone, 1 Pod\n' +
        '      nothing owns this Pod, so kubectl drain needs --force and no controller recreates it\n\n' +
        'safe: 1\n' +
        '  \u2713 Deployment shop/web, 1 Pod\n\n' +
        'node a drained: 4 workloads, 1 cannot restart in place, 2 cannot move, 1 safe\n',
    );
    expect(errors).toBe('');
    expect(exitCode).toBe(1);
  });

  test('is the same as its zone where it is alone there', async () => {
    const { output } = await whatIf(shop, '--cordon-zone', 'east', '-o', 'json');

    expect(JSON.parse(output)).toMatchObject({
      kind: 'WhatIfReport',
      scenario: { kind: 'cordon-zone', zone: 'east', nodes: ['a'] },
      summary: { workloads: 4, cannotRestart: 1, cannotMove: 2, unconfirmed: 0, safe: 1, complete: true },
      safe: [
        {
          workload: { kind: 'Deployment', namespace: 'shop', name: 'web' },
          pods: { total: 1, affected: 1 },
          because: [],
        },
      ],
    });
  });
});

test('another platform is one on which all have to start', async () => {
  const { output, errors } = await whatIf(shop, '--platform', 'linux/arm64', '-o', 'junit');

  expect(output).toContain('<testsuites name="pullgate" tests="6" failures="2" errors="0" skipped="0">');
  expect(output).toContain('message="no other node takes it, as far as its placement says"');
  expect(errors).toBe(
    'pullgate whatif: all on linux/arm64: 6 workloads, 1 cannot restart in place, 1 cannot move, 4 safe\n',
  );
});

describe('a registry that is down', () => {
  test('is not asked, and what nodes report decides', async () => {
    world.registry.forgetAsked();
    const held = aRunning({ name: 'held', image: 'registry.test/team/app:1', node: 'b' });
    const everywhere = aRunning({
      name: 'everywhere',
      image: 'registry.test/team/app:1',
      node: 'b',
      spec: { nodeSelector: { 'kubernetes.io/arch': 'arm64' } },
    });
    const none = aRunning({ name: 'none', image: 'registry.test/team/other:1', node: 'a' });

    const { output, exitCode } = await whatIf([...shop, ...held, ...everywhere, ...none], '--down', 'registry.test');

    expect(output).toBe(
      'cannot restart in place: 1\n' +
        '  \u2717 Deployment shop/app, 1 Pod\n' +
        '      registry.test/team/app:1 needs registry.test whenever its container starts: its pull policy is Always\n' +
        '        -> set imagePullPolicy: IfNotPresent, with a tag that does not move\n\n' +
        'cannot move: 2\n' +
        '  \u2717 Deployment shop/held, 1 Pod\n' +
        '      registry.test/team/app:1 needs registry.test on all nodes but b\n' +
        '  \u2717 Deployment shop/none, 1 Pod\n' +
        '      registry.test/team/other:1 needs registry.test on every other node: none reports it\n\n' +
        'safe: 6\n' +
        '  \u2713 DaemonSet shop/agent, 1 Pod\n' +
        '  \u2713 Deployment shop/everywhere, 1 Pod\n' +
        '  \u2713 Deployment shop/far, 1 Pod\n' +
        '  \u2713 Deployment shop/pinned, 1 Pod\n' +
        '  \u2713 Deployment shop/web, 1 Pod\n' +
        '  \u2713 Pod shop/lone, 1 Pod\n\n' +
        'registry.test down: 9 workloads, 1 cannot restart in place, 2 cannot move, 6 safe\n',
    );
    expect(exitCode).toBe(1);
    expect(world.registry.asked).toEqual([]);
  });

  test.each(['docker.io', 'index.docker.io', 'registry-1.docker.io'])('%s is Docker Hub', async (host) => {
    const { output } = await whatIf(shop, '--down', host);

    expect(output).toContain('docker.io down: 6 workloads, 5 cannot move, 1 safe\n');
  });
});

test.each([
  [[], 'name one of --drain NODE, --cordon-zone ZONE, --platform OS/ARCH and --down REGISTRY'],
  [
    ['--drain', 'a', '--down', 'b'],
    'name one of --drain NODE, --cordon-zone ZONE, --platform OS/ARCH and --down REGISTRY',
  ],
  [['--drain', 'c'], 'there is no node "c"'],
  [['--cordon-zone', 'north'], 'no node has topology.kubernetes.io/zone "north"; there are east, west'],
])('%j is bad usage', async (args, problem) => {
  await expect(whatIf(shop, ...args)).resolves.toMatchObject({
    exitCode: 2,
    errors: `pullgate whatif: ${problem}\nRun "pullgate whatif --help" for its flags.\n`,
  });
});
