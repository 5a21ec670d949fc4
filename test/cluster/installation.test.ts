/** What manifests/ installs, as a real API server takes it: every part of it, and pullgate with no more rights than it gives. */
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import { aNode, aPod, aPullSecret } from '../support/api-objects.ts';
import type { RegistryWorld } from '../support/registry-world.ts';
import { aCustomKind, aNamespace, aWeb, until } from './objects.ts';
import { type Replica, type ReplicaSettings, startReplica } from './replica.ts';
import { kubectlOf, openWorld, type Stage } from './stage.ts';

const manifests = join(import.meta.dirname, '../../manifests');
const amd64 = { os: 'linux', architecture: 'amd64' };
const hook = 'admission webhook "validate.pullgate.dev" denied the request:';
const noTag =
  'nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest; asked REGISTRY) [manifest-not-found]';
const denial = `${hook} ${noTag}\n- spec.containers[0].image: nginx:latestt [manifest-not-found]. Use nginx:latest, or push the missing tag`;
const bad = aPod({ name: 'bad', images: ['nginx:latestt'] });

let plane: ControlPlane;
let world: RegistryWorld;
let kubectl: Stage['kubectl'];
let replica: Replica;

const configuration = 'validatingwebhookconfiguration/validate.pullgate.dev';
const withSecret = { imagePullSecrets: [{ name: 'regcred' }] };

beforeAll(async () => {
  plane = await startControlPlane(process.env.KUBEBUILDER_ASSETS ?? '');
  world = await openWorld();
  world.registry.push('library/nginx', 'latest', buildMultiPlatform([amd64], 'latest'));
  world.registry.push('team/private', '1', buildMultiPlatform([amd64], 'private'));
  kubectl = kubectlOf(plane, world);
});

afterAll(async () => {
  await replica?.kill();
  await world.end();
  await plane.end();
});

async function prepared(): Promise<void> {
  const login = { registry: 'registry.test', username: 'alice', password: 's3cret' };
  for (const object of [
    aNode(),
    ...['shop', 'yard'].flatMap((namespace) => [
      aNamespace(namespace, 'enforce'),
      aPullSecret({ namespace, ...login }),
    ]),
    aNamespace('quiet', 'off'),
  ])
    await kubectl(['apply', '-f', '-'], object);
  for (const namespace of ['shop', 'yard', 'quiet'])
    await until(async () => (await kubectl(['get', 'serviceaccount', '-n', namespace])).includes('default'));
}

/** With the token of its ServiceAccount, and no right but those that were applied. */
async function settings(): Promise<ReplicaSettings> {
  return { kubeconfig: await plane.kubeconfigOfAccount('pullgate', 'pullgate'), configPath: world.configPath };
}

async function restarted(): Promise<void> {
  await replica.kill();
  replica = await startReplica({ ...(await settings()), listen: new URL(replica.url).host });
}

function tried(object: object): Promise<string> {
  return kubectl(['create', '--dry-run=server', '-f', '-'], object);
}

async function caBundle(): Promise<string> {
  const encoded = await kubectl(['get', configuration, '-o', 'jsonpath={.webhooks[0].clientConfig.caBundle}']);
  return Buffer.from(encoded, 'base64').toString();
}

/** Of components, a kustomization that adds it to the base, as the README shows. */
async function folderFor(part: string): Promise<string> {
  if (!part.startsWith('components/')) return join(manifests, part);
  const folder = await mkdtemp(join(world.directory, 'kustomization-'));
  const pathOf = (path: string) => relative(folder, join(manifests, path));
  const kustomization = { resources: [pathOf('base')], components: [pathOf(part)] };
  await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
  return folder;
}

async function partsOf(folder: string): Promise<readonly string[]> {
  return (await readdir(join(manifests, folder))).toSorted().map((name) => `${folder}/${name}`);
}

function imagesOfPods(): Promise<string> {
  return kubectl(['get', 'pods', '-n', 'pullgate', '-o', 'jsonpath={.items[*].spec.containers[0].image}']);
}

describe('kubectl apply -k', () => {
  test('takes the usual installation, says what each object is, and nothing else', async () => {
    expect((await kubectl(['apply', '-k', manifests])).split('\n')).toEqual([
      'namespace/pullgate created',
      'serviceaccount/pullgate created',
      'role.rbac.authorization.k8s.io/pullgate-certificate created',
      'role.rbac.authorization.k8s.io/pullgate-fuse created',
      'clusterrole.rbac.authorization.k8s.io/pullgate created',
      'clusterrole.rbac.authorization.k8s.io/pullgate-certificate created',
      'clusterrole.rbac.authorization.k8s.io/pullgate-secrets created',
      'rolebinding.rbac.authorization.k8s.io/pullgate-certificate created',
      'rolebinding.rbac.authorization.k8s.io/pullgate-fuse created',
      'clusterrolebinding.rbac.authorization.k8s.io/pullgate created',
      'clusterrolebinding.rbac.authorization.k8s.io/pullgate-certificate created',
      'clusterrolebinding.rbac.authorization.k8s.io/pullgate-secrets created',
      'configmap/pullgate created',
      'secret/pullgate-tls created',
      'service/pullgate created',
      'priorityclass.scheduling.k8s.io/pullgate created',
      'deployment.apps/pullgate created',
      'poddisruptionbudget.policy/pullgate created',
      'validatingwebhookconfiguration.admissionregistration.k8s.io/validate.pullgate.dev created',
    ]);
  });

  test('makes Pods that the namespace, restricted as it is, lets in', async () => {
    await until(async () => (await imagesOfPods()).split(' ').length === 2);

    expect(await imagesOfPods()).toBe('registry.example.com/pullgate:0.1.0 registry.example.com/pullgate:0.1.0');
  });
});

describe('pullgate as it is installed', () => {
  test('makes a certificate, and applying again changes nothing of it', async () => {
    await prepared();
    replica = await startReplica(await settings());
    expect(await caBundle()).toContain('BEGIN CERTIFICATE');

    const said = await kubectl(['apply', '-k', manifests]);

    // kubectl replaces selectors of disruption budgets as a whole, and always calls that a change.
    expect(said.split('\n').filter((line) => !line.endsWith(' unchanged'))).toEqual([
      'poddisruptionbudget.policy/pullgate configured',
    ]);
    expect(await caBundle()).toContain('BEGIN CERTIFICATE');
  });

  test('is called by that certificate through its Service, as the configuration of the manifests says', async () => {
    // There is no network of Pods: the Service leads to this machine instead, and keeps its name.
    const port = Number(new URL(replica.url).port);
    const external = { spec: { type: 'ExternalName', externalName: 'localhost', clusterIP: null, clusterIPs: null } };
    await kubectl(['patch', 'service', 'pullgate', '-n', 'pullgate', '-p', JSON.stringify(external)]);
    await kubectl([
      'patch',
      configuration,
      '--type=json',
      '-p',
      JSON.stringify([{ op: 'replace', path: '/webhooks/0/clientConfig/service/port', value: port }]),
    ]);
    await until(async () => (await tried(bad)).includes(hook));

    expect(await tried(bad)).toBe(`Error from server (Forbidden): error when creating "STDIN": ${denial}`);
  });

  test('is killed: requests go through; is back: the same certificate serves, and nobody has to be told', async () => {
    const before = await caBundle();
    await replica.kill();
    expect(await tried(bad)).toBe('pod/bad created (server dry run)');

    await restarted();

    await until(async () => (await tried(bad)).includes(denial));
    expect(await caBundle()).toBe(before);
  });

  test('leaves alone whoever was given the right to bypass it by name, and nobody else', async () => {
    await kubectl(['create', 'clusterrolebinding', 'alice', '--clusterrole=edit', '--user=alice']);
    await kubectl(['apply', '-k', join(manifests, 'optional/bypass')]);
    const byAlice = () => kubectl(['create', '--as=alice', '--dry-run=server', '-f', '-'], bad);
    expect(await byAlice()).toContain(denial);

    await kubectl(['create', 'clusterrolebinding', 'past', '--clusterrole=pullgate-bypass', '--user=alice']);

    await until(async () => (await byAlice()) === 'pod/bad created (server dry run)');
    expect(await tried(bad)).toContain(denial);
  });

  test('is not asked about Pods of the kubelet, and in namespaces that are left out', async () => {
    const annotations = { 'kubernetes.io/config.mirror': 'a' };
    const mirror = aPod({ name: 'mirror', images: ['nginx:latestt'], spec: { nodeName: 'node-1' } });

    expect(await tried({ ...mirror, metadata: { ...mirror.metadata, annotations } })).toBe(
      'pod/mirror created (server dry run)',
    );
    for (const namespace of ['quiet', 'kube-system', 'pullgate']) {
      const said = await tried(aWeb('bad', 'nginx:latestt', { namespace }));
      const lines = said.split('\n').filter((line) => !line.startsWith('Warning: would violate PodSecurity'));
      expect(lines).toEqual(['deployment.apps/bad created (server dry run)']);
    }
  });
});

function unreadIn(namespace: string): string {
  return `Warning: could not confirm registry.test/team/private:1: missing, or not visible without credentials: registry.test denies anonymous pulls of team/private (could not read Secret regcred (grant pullgate get on secrets in namespace ${namespace})) [access-denied]\npod/private created (server dry run)`;
}

describe('the right to read Secrets', () => {
  const inShop = aPod({ name: 'private', images: ['registry.test/team/private:1'], spec: withSecret });
  const inYard = aPod({
    name: 'private',
    namespace: 'yard',
    images: ['registry.test/team/private:1'],
    spec: withSecret,
  });
  const pulled = 'pod/private created (server dry run)';

  test('of all namespaces is that of the usual installation', async () => {
    expect([await tried(inShop), await tried(inYard)]).toEqual([pulled, pulled]);
  });

  test('may be left out: nothing is denied because of them, and the missing right is named', async () => {
    await kubectl(['delete', '-k', join(manifests, 'components/secrets-cluster-wide')]);
    await restarted();

    await until(async () => (await tried(inShop)) !== pulled);
    expect([await tried(inShop), await tried(inYard)]).toEqual([unreadIn('shop'), unreadIn('yard')]);
    expect(await tried(bad)).toContain(denial);
  });

  test('may be given for one namespace', async () => {
    await kubectl(['apply', '-f', join(manifests, 'components/secrets-by-namespace/cluster-role.yaml')]);
    await kubectl(['apply', '-n', 'shop', '-k', join(manifests, 'optional/secrets-of-a-namespace')]);

    await until(async () => (await tried(inShop)) === pulled);
    expect(await tried(inYard)).toBe(unreadIn('yard'));
  });
});

describe('the rights of the base', () => {
  test('taken away while it runs: it answers by what it knows', async () => {
    await kubectl(['delete', 'clusterrolebinding', 'pullgate']);

    expect(await tried(bad)).toContain(denial);
  });

  test('missing at its start: it is not ready, says why, and denies nothing where it cannot read the mode', async () => {
    await restarted();

    const answer = await fetch(`${replica.opsUrl}/readyz`);
    expect([answer.status, await answer.text()]).toEqual([503, 'not synced: nodes, namespaces\n']);
    expect(await tried(bad)).toBe(`Warning: would be denied: ${noTag}\npod/bad created (server dry run)`);
  });

  test('given back: it is ready, and denies again', async () => {
    await kubectl(['apply', '-f', join(manifests, 'base/cluster-role-binding.yaml')]);

    await until(async () => (await fetch(`${replica.opsUrl}/readyz`)).status === 200);
    expect(await tried(bad)).toContain(denial);
  });
});

describe('every component and every optional part', () => {
  test('is taken, strictly and without a warning', async () => {
    // What cert-manager and the Prometheus operator would accept is for their own schemas to say.
    for (const kind of ['Issuer', 'Certificate'])
      await kubectl(['create', '-f', '-'], aCustomKind('cert-manager.io', 'v1', kind));
    for (const kind of ['ServiceMonitor', 'PrometheusRule'])
      await kubectl(['create', '-f', '-'], aCustomKind('monitoring.coreos.com', 'v1', kind));
    await kubectl(['wait', '--for=condition=Established', 'crd', '--all']);
    const parts = [...(await partsOf('components')), ...(await partsOf('optional'))];

    const said = await Promise.all(
      parts.map(
        async (part) =>
          [part, await kubectl(['apply', '--validate=strict', '-n', 'pullgate', '-k', await folderFor(part)])] as const,
      ),
    );

    const others = said.map(
      ([part, text]) =>
        [part, text.split('\n').filter((line) => !/ (?:created|configured|unchanged)$/.test(line))] as const,
    );
    expect(others).toEqual(parts.map((part) => [part, []]));
  });
});
