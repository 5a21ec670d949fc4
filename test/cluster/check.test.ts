/** `pullgate check --cluster` against a real API server with RBAC: what it reads, and what it says where it may not. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PullReport } from '../../src/report/pull-report.ts';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import { aDeployment, aNode, aPod, aPullSecret } from '../support/api-objects.ts';
import { runPullgate } from '../support/check.ts';
import { type RegistryWorld, startRegistryWorld } from '../support/registry-world.ts';
import { applyOn, kubectlOn, untilThere } from './objects.ts';

const root = join(import.meta.dirname, '../..');
const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const withSecret = { imagePullSecrets: [{ name: 'regcred' }] };

let plane: ControlPlane;
let world: RegistryWorld;

beforeAll(async () => {
  plane = await startControlPlane(process.env.KUBEBUILDER_ASSETS ?? '');
  const access = {
    kind: 'token',
    username: 'alice',
    password: 's3cret',
    publicRepositories: ['library/nginx', 'team/arm'],
  } as const;
  world = await startRegistryWorld({ names: ['docker.io', 'registry.test'], registry: { access } });
  world.registry.push('library/nginx', '1.27', buildMultiPlatform([amd64, arm64], '1.27'));
  world.registry.push('team/arm', '1', buildMultiPlatform([arm64], 'arm'));
  world.registry.push('team/private', '1', buildMultiPlatform([amd64], 'private'));
  await applied(aNode(), {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', labels: { 'pullgate.dev/mode': 'enforce' } },
  });
  await untilThere(async () => (await kubectl(['get', 'serviceaccount', 'default', '-n', 'shop'])).includes('default'));
});

afterAll(async () => {
  await world.end();
  await plane.end();
});

const kubectl = (args: readonly string[], input?: string) => kubectlOn(plane, args, input);
const applied = (...objects: readonly object[]) => applyOn(plane, objects);

function aWeb(name: string, image: string, spec = {}) {
  const deployment = aDeployment({ name, images: [image], spec });
  const labels = { app: name };
  return {
    ...deployment,
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, ...deployment.spec.template } },
  };
}

/** With the rights of the user `pullgate`. */
async function check(...objects: readonly object[]) {
  const kubeconfig = plane.kubeconfigOf('pullgate');
  const ran = await runPullgate(
    ['check', '-o', 'json', '--config', world.configPath, '--cluster', '--kubeconfig', kubeconfig, '-'],
    { input: objects.map((object) => JSON.stringify(object)).join('\n---\n') },
  );
  const report = JSON.parse(ran.output) as PullReport;
  const findings = report.results.flatMap(({ images }) => images.flatMap((image) => image.findings));
  return {
    ...ran,
    report,
    found: findings.map(({ code, certainty }) => `${code} ${certainty}`),
    caps: findings.flatMap(({ cappedBy }) => cappedBy ?? []),
  };
}

const aPrivate = aWeb('private', 'registry.test/team/private:1', withSecret);

test('without any right nothing is denied for what could not be seen, and each missing right is named', async () => {
  const { errors, report, found, caps, exitCode } = await check(aPrivate, aPod({ images: ['nginx:latestt'] }));

  expect(errors.split('\n')).toEqual([
    'pullgate check: platforms are not checked: the nodes cannot be listed (status 403); grant list on nodes, or leave out --cluster and name the platforms with --platform',
    'pullgate check: --mode decides for namespaces whose label cannot be read (status 403): shop; grant get on namespaces',
    'pullgate check: 2 workloads, 2 images: 1 denied, 1 warned, 1 image unconfirmed',
    '',
  ]);
  expect(report.summary.platformsJudged).toBe(false);
  expect(found).toEqual(['access-denied unconfirmed', 'manifest-not-found certain']);
  expect(caps).toEqual(['could not read Secret regcred (grant pullgate get on secrets in namespace shop)']);
  expect(report.results[1]?.images[0]?.findings[0]?.assuming).toContain('uses=unchecked (grant pullgate list on pods)');
  expect(exitCode).toBe(1);
});

test('with the rights of the installation it judges by nodes, accounts and Secrets of the cluster', async () => {
  for (const path of ['namespace.yaml', 'service-account.yaml', 'cluster-role.yaml', 'cluster-role-binding.yaml'])
    await kubectl(['apply', '-f', join(root, 'manifests/base', path)]);
  await kubectl(['apply', '-k', join(root, 'manifests/components/secrets-cluster-wide')]);
  await untilThere(async () => !(await check(aPrivate)).errors.includes('(status 403)'));

  const missing = await check(aPrivate, aPod({ images: ['registry.test/team/arm:1'] }));
  expect(missing.found).toEqual(['access-denied likely', 'no-matching-platform certain']);
  expect(missing.caps).toEqual(['Secret regcred does not exist yet and may come in the same apply']);

  await applied(aPullSecret({ registry: 'registry.test', username: 'alice', password: 's3cret' }));
  expect((await check(aPrivate)).found).toEqual([]);
});

test('pull secrets of an account that was patched count, whatever its manifest says', async () => {
  await kubectl(['patch', 'serviceaccount', 'default', '-n', 'shop', '-p', JSON.stringify(withSecret)]);
  const manifest = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop' } };

  const object = aPod({ images: ['registry.test/team/private:1'] });
  expect((await check(object)).found).toEqual([]);
  expect((await check(object, manifest)).found).toEqual([]);
  // That is what an apply makes of it.
  await applied(manifest);
  expect((await check(object)).found).toEqual([]);
});

test('a Secret of the same input stands above that of the cluster', async () => {
  const wrong = aPullSecret({ registry: 'registry.test', username: 'alice', password: 'old' });

  expect((await check(aPrivate, wrong)).found).toEqual(['credentials-rejected certain']);
});

test('what a Deployment had before is never denied: it may be rolled back', async () => {
  await applied(aWeb('web', 'nginx:gone'));
  await untilThere(async () => (await kubectl(['get', 'replicasets', '-n', 'shop', '-o', 'name'])).includes('web-'));

  const { found, caps } = await check(aWeb('web', 'nginx:gone'), aWeb('other', 'nginx:gone'));

  expect(found).toEqual(['manifest-not-found likely', 'manifest-not-found certain']);
  expect(caps[0]).toMatch(/^ReplicaSet web-\w+ uses the image, so a rollback may need it$/);
});

test('a user whom the API server does not know is told so', async () => {
  const kubeconfig = join(world.directory, 'unknown.kubeconfig');
  const known = await readFile(plane.kubeconfigOf('pullgate'), 'utf8');
  await writeFile(kubeconfig, known.replace('pullgate-token', 'no-token'));

  const { errors, exitCode } = await runPullgate(['check', '--cluster', '--kubeconfig', kubeconfig, root]);

  expect(errors).toContain('cannot be reached (status 401); log in again');
  expect(exitCode).toBe(2);
});
