/** What users of a real kubectl see, behind a real API server with its controllers. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { webhookConfiguration } from '../../tools/demo/webhook-configuration.ts';
import { buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import { aNode, aPod } from '../support/api-objects.ts';
import { aCustomKind, aNamespace, aWeb, until } from './objects.ts';
import { openStage, type Stage } from './stage.ts';

const manifests = join(import.meta.dirname, '../../manifests');
const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const hook = 'admission webhook "validate.pullgate.dev" denied the request:';
const noTag =
  'nginx:latestt: docker.io/library/nginx has no tag latestt (nearest: latest; asked REGISTRY) [manifest-not-found]';

let stage: Stage;
let kubectl: Stage['kubectl'];

beforeAll(async () => {
  stage = await openStage({
    config: {
      workloadKinds: [
        { group: 'argoproj.io', version: 'v1alpha1', kind: 'Rollout', podSpecPath: 'spec.template.spec' },
      ],
    },
  });
  kubectl = stage.kubectl;
  const { registry } = stage.world;
  registry.push('library/nginx', 'latest', buildMultiPlatform([amd64, arm64], 'latest'));
  registry.push('library/nginx', '1.27', buildMultiPlatform([amd64, arm64], '1.27'));
  registry.push('team/arm', '1', buildMultiPlatform([arm64], 'arm'));
  registry.push('team/private', '1', buildMultiPlatform([amd64], 'private'));
  await applied(aNode(), aNamespace('shop', 'enforce'), aNamespace('sandbox', 'warn'));
  await until(async () => (await kubectl(['get', 'serviceaccount', 'default', '-n', 'shop'])).includes('default'));
});

afterAll(async () => {
  await stage.end();
});

async function apply(object: object, ...flags: readonly string[]): Promise<string> {
  return kubectl(['apply', ...flags, '-f', '-'], object);
}

async function applied(...objects: readonly object[]): Promise<void> {
  for (const object of objects) expect(await apply(object)).toMatch(/ (created|configured|unchanged)$/);
}

function denialAt(podSpec: string, list = 'containers'): string {
  return `${hook} ${noTag}\n- ${podSpec}.${list}[0].image: nginx:latestt [manifest-not-found]. Use nginx:latest, or push the missing tag`;
}

/** The base with the patch that stands in the README. */
async function renderedAsReadmeSays(): Promise<string> {
  const [, patch = ''] =
    /## Custom resources.*?```yaml\n(.*?)```/s.exec(await readFile(join(manifests, 'README.md'), 'utf8')) ?? [];
  const folder = await mkdtemp(join(stage.world.directory, 'kustomization-'));
  const resources = stringify({ resources: [relative(folder, join(manifests, 'base'))] });
  await writeFile(join(folder, 'kustomization.yaml'), `${resources}${patch}`);
  const rendered = (await kubectl(['kustomize', folder])).split('\n---\n');
  return rendered.find((text) => text.includes('kind: ValidatingWebhookConfiguration')) ?? '';
}

type AuditEvent = {
  readonly verb: string;
  readonly objectRef?: { readonly namespace?: string; readonly resource: string; readonly name?: string };
  readonly annotations?: Readonly<Record<string, string>>;
};

/** What the audit log of the API server has from pullgate, of the first creation that is looked for. */
async function auditedOf(isLookedFor: (event: AuditEvent) => boolean): Promise<Readonly<Record<string, string>>> {
  const events = (await readFile(stage.plane.auditLog, 'utf8')).trim().split('\n');
  const found = events
    .map((line) => JSON.parse(line) as AuditEvent)
    .find((event) => event.verb === 'create' && isLookedFor(event) && ownAnnotations(event).length > 0);
  return Object.fromEntries(found === undefined ? [] : ownAnnotations(found));
}

function ownAnnotations({ annotations = {} }: AuditEvent): readonly (readonly [string, string])[] {
  const prefix = 'validate.pullgate.dev/';
  return Object.entries(annotations).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
  );
}

function podsOfOwner(): Promise<string> {
  return kubectl(['get', 'pods', '-n', 'shop', '-l', 'app=owned', '-o', 'jsonpath={.items[*].metadata.name}']);
}

function debug(pod: string, image: string): Promise<string> {
  return kubectl(['debug', pod, '-n', 'shop', `--image=${image}`, '-c', 'debugger', '--profile=general']);
}

describe('kubectl', () => {
  test('is told why a Deployment is denied, in a line that stands for itself', async () => {
    expect(await apply(aWeb('mistyped', 'nginx:latestt'))).toBe(
      `Error from server (Forbidden): error when creating "STDIN": ${hook} ${noTag}\n- spec.template.spec.containers[0].image: nginx:latestt [manifest-not-found]. Use nginx:latest, or push the missing tag`,
    );
  });

  test.each([
    {
      args: ['apply', '--dry-run=server', '-f', '-'],
      before: 'Error from server (Forbidden): error when creating "STDIN": ',
    },
    { args: ['apply', '--server-side', '-f', '-'], before: 'Error from server (Forbidden): ' },
    { args: ['create', '-f', '-'], before: 'Error from server (Forbidden): error when creating "STDIN": ' },
    {
      args: ['create', 'deployment', 'mistyped', '-n', 'shop', '--image=nginx:latestt'],
      before: 'error: failed to create deployment: ',
    },
  ])('is told the same by $args', async ({ args, before }) => {
    expect(await kubectl(args, aWeb('mistyped', 'nginx:latestt'))).toBe(`${before}${denialAt('spec.template.spec')}`);
  });

  test('is told of a Pod without a name, and of one that is run', async () => {
    const { metadata, ...pod } = aPod({ images: ['nginx:latestt'] });
    const unnamed = { ...pod, metadata: { namespace: metadata.namespace, generateName: 'some-' } };

    expect(await kubectl(['create', '-f', '-'], unnamed)).toBe(
      `Error from server (Forbidden): error when creating "STDIN": ${denialAt('spec')}`,
    );
    expect(await kubectl(['run', 'mistyped', '-n', 'shop', '--image=nginx:latestt'])).toBe(
      `Error from server (Forbidden): ${denialAt('spec')}`,
    );
  });

  test('is warned in a namespace that warns', async () => {
    const object = aPod({ name: 'mistyped', namespace: 'sandbox', images: ['nginx:latestt'] });

    expect(await apply(object)).toBe(`Warning: would be denied: ${noTag}\npod/mistyped created`);
  });

  test('is told nothing when all is well, and the Deployment gets its ReplicaSet and its Pod', async () => {
    expect(await apply(aWeb('web', 'nginx:1.27'))).toBe('deployment.apps/web created');
    await until(async () =>
      (await kubectl(['get', 'pods', '-n', 'shop', '-l', 'app=web', '-o', 'name'])).startsWith('pod/web-'),
    );
  });

  test('is denied only for what an update changes', async () => {
    await applied(aWeb('updated', 'nginx:1.27'));

    expect(await kubectl(['set', 'image', 'deployment/updated', '-n', 'shop', 'c0=nginx:latestt'])).toBe(
      `error: failed to patch image update to pod template: ${hook} ${noTag}\n- spec.template.spec.containers[0].image: nginx:latestt [manifest-not-found]. Use nginx:latest, or push the missing tag`,
    );
    expect(await kubectl(['set', 'image', 'deployment/updated', '-n', 'shop', 'c0=nginx:latest'])).toBe(
      'deployment.apps/updated image updated',
    );
  });

  test('is denied an ephemeral container whose image does not exist, whoever owns the Pod', async () => {
    await applied(aPod({ name: 'debugged', images: ['nginx:1.27'] }), aWeb('owned', 'nginx:1.27'));
    await until(async () => (await podsOfOwner()) !== '');
    for (const pod of ['debugged', await podsOfOwner()])
      expect(await debug(pod, 'nginx:latestt')).toBe(
        `Error from server (Forbidden): ${denialAt('spec', 'ephemeralContainers')}`,
      );
    expect(await debug('debugged', 'nginx:latest')).toBe('');
  });

  test('is told by the API server itself of a namespace that does not exist', async () => {
    const lost = aPod({ name: 'lost', namespace: 'nowhere', images: ['nginx:latestt'] });

    expect(await apply(lost)).toBe(
      'Error from server (NotFound): error when creating "STDIN": namespaces "nowhere" not found',
    );
  });

  test('is warned of a mode that is none', async () => {
    expect(await kubectl(['label', 'namespace', 'sandbox', '--overwrite', 'pullgate.dev/mode=enforced'])).toBe(
      'Warning: pullgate: pullgate.dev/mode: enforced is not a valid mode; "enforce" applies; valid are enforce, warn, audit, off\nnamespace/sandbox labeled',
    );
    await kubectl(['label', 'namespace', 'sandbox', '--overwrite', 'pullgate.dev/mode=warn']);
  });
});

function inOld(...args: readonly string[]): Promise<string> {
  return kubectl([...args, '-n', 'old']);
}

function imagesInOld(): Promise<string> {
  return inOld('get', 'pods', '-o', 'jsonpath={.items[*].spec.containers[0].image}');
}

describe('what was let through before', () => {
  beforeAll(async () => {
    await applied(aNamespace('old', 'off'));
    await until(async () => (await inOld('get', 'serviceaccounts')).includes('default'));
    const leaving = aWeb('leaving', 'nginx:latestt', { namespace: 'old' });
    await applied(aWeb('web', 'nginx:latestt', { namespace: 'old' }), {
      ...leaving,
      metadata: { ...leaving.metadata, finalizers: ['example.com/kept'] },
    });
    await kubectl(['label', 'namespace', 'old', '--overwrite', 'pullgate.dev/mode=enforce']);
  });

  test.each([
    { args: ['scale', 'deployment/web', '--replicas=2'], said: 'deployment.apps/web scaled' },
    { args: ['patch', 'deployment/web', '-p', '{"spec":{"replicas":3}}'], said: 'deployment.apps/web patched' },
    { args: ['label', 'deployment/web', 'a=b'], said: 'deployment.apps/web labeled' },
    { args: ['annotate', 'deployment/web', 'a=b'], said: 'deployment.apps/web annotated' },
    { args: ['rollout', 'restart', 'deployment/web'], said: 'deployment.apps/web restarted' },
    {
      args: ['set', 'resources', 'deployment/web', '--requests=cpu=1m'],
      said: 'deployment.apps/web resource requirements updated',
    },
  ])('may go on with a bad image: kubectl $args', async ({ args, said }) => {
    expect(await inOld(...args)).toBe(said);
  });

  test('is warned about where it moves to other nodes', async () => {
    const patch = '{"spec":{"template":{"spec":{"nodeSelector":{"kubernetes.io/arch":"amd64"}}}}}';

    const said = await inOld('patch', 'deployment/web', '-p', patch);
    expect(said.replace(/web-\w+/, 'web-HASH')).toBe(
      `Warning: likely to fail: ${noTag.replace(') [', '; ReplicaSet web-HASH uses the image, so a rollback may need it) [')}\ndeployment.apps/web patched`,
    );
  });

  test('gets its Pods from its controllers, although they could not be created by hand', async () => {
    await inOld('scale', 'deployment/web', '--replicas=4');
    await until(async () => (await imagesInOld()).split(' ').length >= 4);

    expect(new Set((await imagesInOld()).split(' '))).toEqual(new Set(['nginx:latestt']));
    expect(await inOld('run', 'by-hand', '--image=nginx:latestt')).toContain(hook);
    expect(
      await auditedOf(({ objectRef }) => objectRef?.resource === 'pods' && objectRef.namespace === 'old'),
    ).toMatchObject({ 'let-through': 'a controller created it and deny.controlledPods is false' });
  });

  test('may be deleted, and rid of its finalizers, whatever else is changed with them', async () => {
    expect(await inOld('delete', 'deployment/leaving', '--wait=false')).toBe(
      'deployment.apps "leaving" deleted from old namespace',
    );

    const patch =
      '{"metadata":{"finalizers":null},"spec":{"template":{"spec":{"containers":[{"name":"c0","image":"nginx:gone"}]}}}}';
    expect(await inOld('patch', 'deployment/leaving', '-p', patch)).toBe('deployment.apps/leaving patched');
    expect(await inOld('get', 'deployment/leaving')).toBe(
      'Error from server (NotFound): deployments.apps "leaving" not found',
    );
  });
});

describe('each kind of workload', () => {
  const { spec } = aPod({ images: ['nginx:latestt'] });
  const labels = { app: 'some' };
  const template = { metadata: { labels }, spec };
  const owner = { selector: { matchLabels: labels }, template };
  const jobSpec = { ...spec, restartPolicy: 'Never' };

  test.each([
    { kind: 'PodTemplate', apiVersion: 'v1', content: { template }, at: 'template.spec' },
    {
      kind: 'ReplicationController',
      apiVersion: 'v1',
      content: { spec: { selector: labels, template } },
      at: 'spec.template.spec',
    },
    { kind: 'ReplicaSet', apiVersion: 'apps/v1', content: { spec: owner }, at: 'spec.template.spec' },
    {
      kind: 'StatefulSet',
      apiVersion: 'apps/v1',
      content: { spec: { ...owner, serviceName: 'some' } },
      at: 'spec.template.spec',
    },
    { kind: 'DaemonSet', apiVersion: 'apps/v1', content: { spec: owner }, at: 'spec.template.spec' },
    {
      kind: 'Job',
      apiVersion: 'batch/v1',
      content: { spec: { template: { spec: jobSpec } } },
      at: 'spec.template.spec',
    },
    {
      kind: 'CronJob',
      apiVersion: 'batch/v1',
      content: { spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template: { spec: jobSpec } } } } },
      at: 'spec.jobTemplate.spec.template.spec',
    },
  ])('$kind is denied, by its own field', async ({ kind, apiVersion, content, at }) => {
    const object = { apiVersion, kind, metadata: { name: 'some', namespace: 'shop' }, ...content };

    expect(await kubectl(['create', '-f', '-'], object)).toBe(
      `Error from server (Forbidden): error when creating "STDIN": ${denialAt(at)}`,
    );
  });
});

describe('a kind of one’s own', () => {
  test('is examined once the configuration of the webhook names it, as the README of the manifests shows', async () => {
    const rollout = { ...aWeb('custom', 'nginx:latestt'), apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' };
    await applied(aCustomKind('argoproj.io', 'v1alpha1', 'Rollout'));
    await kubectl(['wait', '--for=condition=Established', 'crd/rollouts.argoproj.io']);
    expect(await apply(rollout, '--dry-run=server')).toBe('rollout.argoproj.io/custom created (server dry run)');

    const { url, caPath } = stage.webhook;
    await kubectl(
      ['apply', '-f', '-'],
      webhookConfiguration(url, await readFile(caPath), await renderedAsReadmeSays()),
    );

    await until(async () => (await apply(rollout, '--dry-run=server')).includes(hook));
    expect(await apply(rollout)).toBe(
      `Error from server (Forbidden): error when creating "STDIN": ${denialAt('spec.template.spec')}`,
    );
  });
});

describe('a namespace that audits', () => {
  test('says nothing, and the audit log of the API server has it', async () => {
    await applied(aNamespace('watched', 'audit'));
    await until(async () => (await kubectl(['get', 'serviceaccount', '-n', 'watched'])).includes('default'));

    expect(await apply(aWeb('audited', 'nginx:latestt', { namespace: 'watched' }))).toBe(
      'deployment.apps/audited created',
    );

    const { review, ...others } = await auditedOf(({ objectRef }) => objectRef?.name === 'audited');
    expect(JSON.parse(review ?? '')).toMatchObject({
      operation: 'CREATE',
      kind: 'Deployment',
      namespace: 'watched',
      name: 'audited',
      user: 'admin',
      action: 'allow',
      findings: [
        { field: 'spec.template.spec.containers[0].image', image: 'nginx:latestt', code: 'manifest-not-found' },
      ],
    });
    expect(others).toEqual({
      findings: 'spec.template.spec.containers[0].image manifest-not-found certain',
      mode: 'audit',
      verdict: 'deny',
    });
  });
});
