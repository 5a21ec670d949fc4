/** What users of a real kubectl see, behind a real API server with its controllers. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import { aDeployment, aNode, aPod, aPullSecret } from '../support/api-objects.ts';
import { openStage, type Stage } from './stage.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const hook = 'admission webhook "validate.pullgate.dev" denied the request:';
const noTag =
  'nginx:latestt: docker.io/library/nginx has no tag latestt; nearest: latest (asked REGISTRY) [manifest-not-found]';

let stage: Stage;
let kubectl: Stage['kubectl'];

beforeAll(async () => {
  stage = await openStage();
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

function aNamespace(name: string, mode: string) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'pullgate.dev/mode': mode } } };
}

function aWeb(name: string, image: string, spec = {}) {
  const deployment = aDeployment({ name, images: [image], spec });
  const { template } = deployment.spec;
  const labels = { app: name };
  return {
    ...deployment,
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, ...template } },
  };
}

async function apply(object: object, ...flags: readonly string[]): Promise<string> {
  return kubectl(['apply', ...flags, '-f', '-'], object);
}

async function applied(...objects: readonly object[]): Promise<void> {
  for (const object of objects) expect(await apply(object)).toMatch(/ (created|configured|unchanged)$/);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 150; tries += 1) {
    if (await isSo()) return;
    await setTimeout(200);
  }
  throw new Error('it did not come about');
}

describe('kubectl', () => {
  test('is told why a Deployment is denied, in a line that stands for itself', async () => {
    expect(await apply(aWeb('mistyped', 'nginx:latestt'))).toBe(
      `Error from server (Forbidden): error when creating "STDIN": ${hook} ${noTag}\n- spec.template.spec.containers[0].image: nginx:latestt [manifest-not-found]; write nginx:latest, or push the tag first`,
    );
  });

  test('is told the same by a dry run of the server', async () => {
    expect(await apply(aWeb('mistyped', 'nginx:latestt'), '--dry-run=server')).toContain(`${hook} ${noTag}`);
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

  test('may scale, label and annotate what was let through, whatever became of its image', async () => {
    const { registry } = stage.world;
    registry.push('library/nginx', 'soon-gone', buildMultiPlatform([amd64], 'soon gone'));
    await applied(aWeb('going', 'nginx:soon-gone'));
    const before = registry.asked.length;

    expect(await kubectl(['scale', 'deployment/going', '-n', 'shop', '--replicas=0'])).toBe(
      'deployment.apps/going scaled',
    );
    expect(await kubectl(['label', 'deployment/going', '-n', 'shop', 'a=b'])).toBe('deployment.apps/going labeled');
    expect(await kubectl(['annotate', 'deployment/going', '-n', 'shop', 'a=b'])).toBe(
      'deployment.apps/going annotated',
    );
    expect(registry.asked.slice(before).filter(({ path }) => path.includes('soon-gone')).length).toBeLessThanOrEqual(1);
  });

  test('is denied only for what an update changes', async () => {
    await applied(aWeb('updated', 'nginx:1.27'));

    expect(await kubectl(['set', 'image', 'deployment/updated', '-n', 'shop', 'c0=nginx:latestt'])).toBe(
      `error: failed to patch image update to pod template: ${hook} ${noTag}\n- spec.template.spec.containers[0].image: nginx:latestt [manifest-not-found]; write nginx:latest, or push the tag first`,
    );
    expect(await kubectl(['set', 'image', 'deployment/updated', '-n', 'shop', 'c0=nginx:latest'])).toBe(
      'deployment.apps/updated image updated',
    );
  });

  test('is denied an ephemeral container whose image does not exist', async () => {
    await applied(aPod({ name: 'debugged', images: ['nginx:1.27'] }));

    const said = await kubectl([
      'debug',
      'debugged',
      '-n',
      'shop',
      '--image=nginx:latestt',
      '-c',
      'debugger',
      '--profile=general',
    ]);
    expect(said).toContain(`${hook} ${noTag}`);
  });

  test('may delete what has finalizers', async () => {
    const pod = aPod({ name: 'kept', images: ['nginx:1.27'] });
    await applied({ ...pod, metadata: { ...pod.metadata, finalizers: ['example.com/kept'] } });

    expect(await kubectl(['delete', 'pod', 'kept', '-n', 'shop', '--wait=false', '--now'])).toContain('deleted');
    expect(
      await kubectl(['patch', 'pod', 'kept', '-n', 'shop', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']),
    ).toBe('pod/kept patched');
  });

  test('is warned of a mode that is none', async () => {
    expect(await kubectl(['label', 'namespace', 'sandbox', '--overwrite', 'pullgate.dev/mode=enforced'])).toBe(
      'Warning: pullgate: pullgate.dev/mode: enforced is no mode, "enforce" applies; valid are enforce, warn, audit, off\nnamespace/sandbox labeled',
    );
    await kubectl(['label', 'namespace', 'sandbox', '--overwrite', 'pullgate.dev/mode=warn']);
  });
});

describe('the facts of the cluster', () => {
  test('nodes: what comes and goes is known at once', async () => {
    const object = aPod({ name: 'arm', images: ['registry.test/team/arm:1'] });
    expect(await apply(object, '--dry-run=server')).toContain('[no-matching-platform]');

    await applied(aNode({ name: 'node-arm', architecture: 'arm64' }));
    await until(async () => (await apply(object, '--dry-run=server')).includes('[some-nodes-lack-platform]'));
    await kubectl(['delete', 'node', 'node-arm']);
    await until(async () => (await apply(object, '--dry-run=server')).includes('[no-matching-platform]'));
  });

  test('Secrets: the right one pulls, a missing one is a stranger’s refusal that may still come', async () => {
    const spec = { imagePullSecrets: [{ name: 'regcred' }] };
    const object = aWeb('private', 'registry.test/team/private:1', spec);

    expect(await apply(object, '--dry-run=server')).toBe(
      [
        'Warning: likely to fail: registry.test/team/private:1: missing, or not visible without credentials: registry.test refuses strangers team/private (Secret regcred does not exist yet, it may come in the same apply) [access-denied]',
        'Warning: registry.test/team/private:1: pull Secret regcred does not exist in namespace shop; the kubelet goes on without it [pull-secret-not-found]',
        'deployment.apps/private created (server dry run)',
      ].join('\n'),
    );
    await applied(aPullSecret({ registry: 'registry.test', username: 'alice', password: 's3cret' }));
    await until(
      async () => (await apply(object, '--dry-run=server')) === 'deployment.apps/private created (server dry run)',
    );
  });

  test('without the right to read Secrets nothing is denied because of them, and the missing right is named', async () => {
    await kubectl(['delete', 'clusterrolebinding', 'pullgate-secrets']);
    const spec = { imagePullSecrets: [{ name: 'other' }] };
    try {
      const said = await apply(aWeb('unread', 'registry.test/team/private:1', spec), '--dry-run=server');
      expect(said).toBe(
        'Warning: could not confirm registry.test/team/private:1: missing, or not visible without credentials: registry.test refuses strangers team/private (could not read Secret other (grant pullgate get on secrets in namespace shop)) [access-denied]\ndeployment.apps/unread created (server dry run)',
      );
    } finally {
      await kubectl([
        'create',
        'clusterrolebinding',
        'pullgate-secrets',
        '--clusterrole=pullgate-secrets',
        '--serviceaccount=pullgate:pullgate',
      ]);
    }
  });
});

describe('trouble in the middle', () => {
  test('a registry that goes away is a warning, and forgotten when it is back', async () => {
    // Nobody listens at this port: a registry that is away.
    expect(await apply(aPod({ name: 'away', images: ['127.0.0.1.nip.test/a:1'] }), '--dry-run=server')).toContain(
      '[registry-unreachable]',
    );
  });

  test('an API server that restarts is watched again', async () => {
    await stage.plane.stopApiServer();
    await stage.plane.startApiServer();

    const object = aPod({ name: 'late', namespace: 'late', images: ['nginx:latestt'] });
    await applied(aNamespace('late', 'enforce'));
    await until(async () => (await apply(object, '--dry-run=server')).includes(hook));
    expect(await apply(object)).toContain(`${hook} ${noTag}`);
  });

  test('without the webhook requests go through', async () => {
    await stage.webhook.end();

    expect(await apply(aWeb('unseen', 'nginx:latestt'))).toBe('deployment.apps/unseen created');
  });
});
