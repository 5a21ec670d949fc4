/** One fuse for three replicas, kept in a ConfigMap of a real API server, with the rights of the installation. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { webhookConfiguration } from '../../tools/demo/webhook-configuration.ts';
import { buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import { aNode, aPod } from '../support/api-objects.ts';
import type { RegistryWorld } from '../support/registry-world.ts';
import { aNamespace, until } from './objects.ts';
import { type Replica, startReplica } from './replica.ts';
import { kubectlOf, openWorld, type Stage } from './stage.ts';

const manifests = join(import.meta.dirname, '../../manifests');
const replicas = ['0', '1', '2'];
const namespaces = ['shop', 'yard', 'farm', 'mill'];
const object = ['configmap', 'pullgate-fuse', '-n', 'pullgate'];
const demotions = [
  'get',
  'events',
  '-n',
  'pullgate',
  '--field-selector',
  'reason=RegistryDemoted',
  '-o',
  'jsonpath={.items[*].message}',
];
const dryRun = ['--dry-run=server'];
const label = 'test.example.com/replica';

let plane: ControlPlane;
let world: RegistryWorld;
let kubectl: Stage['kubectl'];
let running: readonly Replica[] = [];

beforeAll(async () => {
  plane = await startControlPlane(process.env.KUBEBUILDER_ASSETS ?? '');
  world = await openWorld({ fuse: { references: 3, window: '10m', hold: '1h' } });
  world.registry.push(
    'library/nginx',
    'latest',
    buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], 'latest'),
  );
  kubectl = kubectlOf(plane, world);
  await kubectl(['apply', '-k', manifests]);
  await kubectl(['apply', '-k', join(manifests, 'optional/events')]);
  const kubeconfig = await plane.kubeconfigOfAccount('pullgate', 'pullgate');
  running = await Promise.all(
    replicas.map((name) =>
      startReplica({ kubeconfig, configPath: world.configPath, caPath: join(world.directory, `ca-${name}.crt`) }),
    ),
  );
  for (const [number, name] of replicas.entries())
    await kubectl(['apply', '-f', '-'], await configurationOf(name, number));
  for (const prepared of [aNode(), ...namespaces.map((name) => aNamespace(name, 'enforce'))])
    await kubectl(['apply', '-f', '-'], prepared);
  for (const name of namespaces)
    await until(async () => (await kubectl(['get', 'serviceaccount', '-n', name])).includes('default'));
  // The API server learns of each configuration a moment later.
  for (const name of replicas)
    await until(async () => (await created(name, 'shop', 'nginx:asked', dryRun)) === 'denied');
});

afterAll(async () => {
  await Promise.all(running.map((replica) => replica.kill()));
  await world.end();
  await plane.end();
});

/** The webhook of one replica, for the objects with its label. */
async function configurationOf(name: string, number: number): Promise<string> {
  const ca = await readFile(join(world.directory, `ca-${name}.crt`));
  const written = JSON.parse(webhookConfiguration(running[number]?.url ?? '', ca)) as {
    metadata: { name: string };
    webhooks: { name: string; objectSelector?: object; matchConditions?: unknown }[];
  };
  written.metadata.name = `replica-${name}`;
  for (const webhook of written.webhooks) webhook.objectSelector = { matchLabels: { [label]: name } };
  return JSON.stringify(written);
}

let count = 0;

function version(): Promise<string> {
  return kubectl(['get', ...object, '-o', 'jsonpath={.metadata.resourceVersion}']);
}

/** What becomes of a new Pod with this image that one replica is asked about: `denied`, `likely`, or else what kubectl says. */
async function created(
  replica: string,
  namespace: string,
  image: string,
  flags: readonly string[] = [],
): Promise<string> {
  count += 1;
  const pod = aPod({ name: `pod-${count}`, images: [image] });
  const labelled = { ...pod, metadata: { ...pod.metadata, namespace, labels: { [label]: replica } } };
  const said = await kubectl(['create', ...flags, '-f', '-'], labelled);
  if (said.includes('denied the request')) return 'denied';
  return said.startsWith('Warning: likely to fail: nginx') &&
    said.includes('the fuse has blown') &&
    said.includes(`pod-${count} created`)
    ? 'likely'
    : said;
}

test('replicas that are asked in turn say the same of equal mistakes', async () => {
  const said: string[] = [];
  for (let number = 0; number < 9; number += 1)
    said.push(await created(`${number % 3}`, 'shop', `nginx:missing-${number}`));
  expect(said).toEqual([...Array(4).fill('denied'), ...Array(5).fill('likely')]);

  const again: string[] = [];
  for (let number = 0; number < 9; number += 1) again.push(await created(`${number % 3}`, 'yard', 'nginx:missing'));
  expect(again).toEqual(Array(9).fill('denied'));
});

test('each of them shows it, and the object is small', async () => {
  const shown = await Promise.all(
    running.map(async ({ opsUrl }) => {
      const answer = await fetch(`${opsUrl}/metrics`);
      return (await answer.text()).split('\n').filter((line) => line.startsWith('pullgate_registry_demoted{'));
    }),
  );
  expect(shown.flat()).toEqual(Array(3).fill('pullgate_registry_demoted{registry="docker.io",cause="fuse"} 1'));
  const stored = JSON.parse(await kubectl(['get', ...object, '-o', 'json'])) as { data: { state: string } };
  const { denied, blown } = JSON.parse(stored.data.state) as { denied: object[]; blown: object[] };
  expect(denied).toMatchObject([{ registry: 'docker.io', namespace: 'yard' }]);
  expect(blown).toMatchObject([{ registry: 'docker.io', namespace: 'shop' }]);
});

test('it is said in an Event on the replica that saw it', async () => {
  await until(async () => (await kubectl(demotions)).includes('docker.io'));
  expect(await kubectl(demotions)).toBe(
    'docker.io: too many different images were denied in namespace shop of one registry, so its findings only warn there for a while',
  );
});

test('nothing is written for a mistake that is repeated', async () => {
  const before = await version();
  for (const name of replicas) {
    expect(await created(name, 'yard', 'nginx:missing')).toBe('denied');
    expect(await created(name, 'shop', 'nginx:missing')).toBe('likely');
  }
  expect(await version()).toBe(before);
});

test('whoever deletes the object resets it for all', async () => {
  await kubectl(['delete', ...object]);
  const said: string[] = [];
  for (const name of replicas) said.push(await created(name, 'shop', 'nginx:missing-again'));
  expect(said).toEqual(Array(3).fill('denied'));
});

test('replicas that are asked at the same time lose none of it', async () => {
  await kubectl(['delete', ...object, '--ignore-not-found']);
  await Promise.all([0, 1, 2].map((number) => created(`${number}`, 'farm', `nginx:at-once-${number}`)));
  const stored = JSON.parse(await kubectl(['get', ...object, '-o', 'jsonpath={.data.state}'])) as { denied: object[] };
  expect(stored.denied).toHaveLength(3);
});

test('in three namespaces it blows everywhere', async () => {
  for (const namespace of ['shop', 'yard', 'farm'])
    for (let number = 0; number < 4; number += 1)
      await created(`${number % 3}`, namespace, `nginx:everywhere-${namespace}-${number}`);
  for (const name of replicas) expect(await created(name, 'mill', 'nginx:missing')).toBe('likely');
});

test('without the right each replica has a fuse of its own', async () => {
  await kubectl(['delete', ...object]);
  for (const name of replicas) expect(await created(name, 'mill', 'nginx:missing', dryRun)).toBe('denied');
  await kubectl(['delete', 'rolebinding', 'pullgate-fuse', '-n', 'pullgate']);
  const said: string[] = [];
  for (let number = 0; number < 6; number += 1) said.push(await created('0', 'mill', `nginx:own-${number}`));
  expect(said).toEqual([...Array(4).fill('denied'), 'likely', 'likely']);
  expect(await created('1', 'mill', 'nginx:own')).toBe('denied');
});
