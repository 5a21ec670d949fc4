/** Credentials that come with, before or after the workload that needs them, as people and controllers apply them. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import { aNode, aPod, aPullSecret } from '../support/api-objects.ts';
import { aNamespace, aWeb, until } from './objects.ts';
import { openStage, type Stage } from './stage.ts';

const hook = 'admission webhook "validate.pullgate.dev" denied the request:';
const image = 'registry.test/team/private:1';
const refused = `${image}: missing, or not visible without credentials: registry.test denies anonymous pulls of team/private`;
const login = { registry: 'registry.test', username: 'alice', password: 's3cret' };
const inDryRun = 'in a dry run, a pull Secret or ServiceAccount of the same apply does not exist yet';

let stage: Stage;
let kubectl: Stage['kubectl'];

beforeAll(async () => {
  stage = await openStage();
  kubectl = stage.kubectl;
  const { registry } = stage.world;
  const amd64 = [{ os: 'linux', architecture: 'amd64' }];
  for (const tag of ['1', '2']) registry.push('team/private', tag, buildMultiPlatform(amd64, tag));
  registry.push('library/nginx', '1.27', buildMultiPlatform(amd64, '1.27'));
  for (const object of [aNode(), aNamespace('shop', 'enforce'), aNamespace('debug', 'enforce')])
    await kubectl(['apply', '-f', '-'], object);
  for (const namespace of ['shop', 'debug'])
    await until(async () => (await kubectl(['get', 'serviceaccounts', '-n', namespace])).includes('default'));
});

afterAll(async () => {
  await stage.end();
});

function anAccount(name: string, secret: string) {
  const metadata = { name, namespace: 'shop' };
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata, imagePullSecrets: [{ name: secret }] };
}

/** A folder of manifests, as they are applied together in the order of their names. */
async function applied(objects: Readonly<Record<string, object>>, ...flags: readonly string[]) {
  const folder = await mkdtemp(join(stage.world.directory, 'apply-'));
  for (const [name, object] of Object.entries(objects))
    await writeFile(join(folder, `${name}.json`), JSON.stringify(object));
  return (await kubectl(['apply', ...flags, '-f', folder])).split('\n');
}

async function inDebug(...args: readonly string[]): Promise<readonly string[]> {
  return (await kubectl([...args, '-n', 'debug'])).split('\n');
}

describe('a dry run of a whole set', () => {
  const ofBot = { spec: { serviceAccountName: 'bot' } };

  test('that brings its Secret, an account that names it and a Deployment', async () => {
    const set = {
      secret: aPullSecret({ name: 'bot', ...login }),
      account: anAccount('bot', 'bot'),
      web: aWeb('bot', image, ofBot),
    };

    expect(await applied(set, '--dry-run=server')).toEqual([
      `Warning: likely to fail: ${refused} (the ServiceAccount bot does not exist yet and may come with pull Secrets in the same apply) [access-denied]`,
      'serviceaccount/bot created (server dry run)',
      'secret/bot created (server dry run)',
      'deployment.apps/bot created (server dry run)',
    ]);
    expect((await applied(set)).at(-1)).toBe('deployment.apps/bot created');
    await until(async () => (await applied({ web: aWeb('other', image, ofBot) }, '--dry-run=server')).length === 1);
  });

  test('that adds a Secret to an account which is there', async () => {
    const set = {
      secret: aPullSecret({ name: 'added', ...login }),
      account: anAccount('plain', 'added'),
      web: aWeb('plain', image, { spec: { serviceAccountName: 'plain' } }),
    };
    await kubectl(['create', 'serviceaccount', 'plain', '-n', 'shop']);

    expect((await applied(set, '--dry-run=server')).filter((line) => line.includes('access-denied'))).toEqual([
      `Warning: likely to fail: ${refused} (${inDryRun}) [access-denied]`,
    ]);
  });

  test('that rotates a Secret, and takes a new tag', async () => {
    const old = aPullSecret({ name: 'rotated', ...login, password: 'old' });
    await kubectl(['create', '-f', '-'], old);
    const spec = { imagePullSecrets: [{ name: 'rotated' }] };
    const set = {
      secret: aPullSecret({ name: 'rotated', ...login }),
      web: aWeb('rotated', 'registry.test/team/private:2', { spec }),
    };

    const said = await applied(set, '--dry-run=server');
    expect(said.filter((line) => line.includes('credentials-rejected'))).toEqual([
      `Warning: likely to fail: registry.test/team/private:2: registry.test rejects the credentials of Secret shop/rotated (key registry.test; ${inDryRun}) [credentials-rejected]`,
    ]);
  });

  test('does not make an absent tag likely', async () => {
    expect((await applied({ web: aWeb('tag', 'nginx:gone') }, '--dry-run=server')).join()).toContain(hook);
  });
});

test('a Pod is applied before its Secret, because its file name comes first', async () => {
  const pod = aPod({ name: 'early', images: [image], spec: { imagePullSecrets: [{ name: 'late' }] } });

  expect(await applied({ pod, secret: aPullSecret({ name: 'late', ...login }) })).toEqual([
    `Warning: likely to fail: ${refused} (Secret late does not exist yet and may come in the same apply) [access-denied]`,
    `Warning: ${image}: the kubelet skips pull Secret late because it does not exist in namespace shop [pull-secret-not-found]`,
    'pod/early created',
    'secret/late created',
  ]);
});

const debug = async (pod: string) => inDebug('debug', pod, `--image=${image}`, '-c', 'debugger', '--profile=general');
const setImage = async (pod: string) => inDebug('set', 'image', `pod/${pod}`, `c0=${image}`);

describe('a Pod that was created before its account got a pull Secret', () => {
  const again = 'Delete the Pod, and create it again with a pull Secret for registry.test';

  beforeAll(async () => {
    await kubectl(['create', '-f', '-'], aPod({ name: 'old', namespace: 'debug', images: ['nginx:1.27'] }));
    await kubectl(['create', '-f', '-'], aPullSecret({ namespace: 'debug', ...login }));
    const patch = JSON.stringify({ imagePullSecrets: [{ name: 'regcred' }] });
    await inDebug('patch', 'serviceaccount', 'default', '-p', patch);
    await kubectl(['create', '-f', '-'], aPod({ name: 'new', namespace: 'debug', images: ['nginx:1.27'] }));
  });

  test('kubectl debug', async () => {
    expect(await debug('old')).toEqual([
      `Error from server (Forbidden): ${hook} ${refused} [access-denied]`,
      `- spec.ephemeralContainers[0].image: ${image} [access-denied]. ${again}`,
    ]);
    expect(await debug('new')).toEqual(['']);
  });

  test('kubectl set image pod', async () => {
    expect(await setImage('old')).toEqual([
      `error: failed to patch image update to pod template: ${hook} ${refused} [access-denied]`,
      `- spec.containers[0].image: ${image} [access-denied]. ${again}`,
    ]);
    expect(await setImage('new')).toEqual(['pod/new image updated']);
  });
});

test('a blank image of a template is filled in later; the API server itself refuses that of a Pod', async () => {
  expect((await kubectl(['create', '-f', '-'], aWeb('triggered', ' '))).split('\n')).toEqual([
    expect.stringMatching(
      /^Warning: likely to fail: .*; a controller may set the empty image before it creates a Pod, as OpenShift image triggers do\) \[invalid-image-name\]$/,
    ),
    'deployment.apps/triggered created',
  ]);
  expect(await kubectl(['create', '-f', '-'], aPod({ name: 'blank', images: [' '] }))).toContain('is invalid');
});

test('a person who asks for one more Job of a CronJob is warned', async () => {
  const { spec } = aPod({ images: ['nginx:gone'] });
  await kubectl(['label', 'namespace', 'debug', '--overwrite', 'pullgate.dev/mode=off']);
  const jobTemplate = { spec: { template: { spec: { ...spec, restartPolicy: 'Never' } } } };
  const metadata = { name: 'backup', namespace: 'debug' };
  const cronJob = { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: { schedule: '0 0 1 1 *', jobTemplate } };
  await until(async () => (await kubectl(['apply', '-f', '-'], cronJob)).startsWith('cronjob.batch/backup '));
  await kubectl(['label', 'namespace', 'debug', '--overwrite', 'pullgate.dev/mode=enforce']);
  await until(async () => (await inDebug('create', 'job', 'none', '--image=nginx:gone')).join().includes(hook));

  expect(await inDebug('create', 'job', 'once', '--from=cronjob/backup')).toEqual([
    'Warning: not denied because deny.controlledPods is false: nginx:gone: docker.io/library/nginx has no tag gone (asked REGISTRY) [manifest-not-found]',
    'job.batch/once created',
  ]);
});
