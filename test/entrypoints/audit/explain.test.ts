/** `pullgate explain` on a dump of a cluster, before a registry that answers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { aNode } from '../../support/api-objects.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';
import { aPullEvent, aRolledOutDeployment, aRunningPod, callExplain } from '../../support/running.ts';

let world: RegistryWorld;
let digest: string;

beforeAll(async () => {
  world = await startRegistryWorld({ names: ['docker.io'] });
  const image = buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], '1.27');
  digest = image.digest;
  world.registry.push('library/nginx', '1.27', image);
});

afterAll(async () => {
  await world.end();
});

const frame = (image: string, error: string) =>
  `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/${image}": failed to resolve reference "docker.io/library/${image}": ${error}`;

type Waiting = { readonly image: string; readonly error: string; readonly reason?: string };

function aWaitingPod({ image, error, reason = 'ImagePullBackOff' }: Waiting) {
  const { deployment, replicaSet } = aRolledOutDeployment({ image });
  const message = `Back-off pulling image "${image}"`;
  const events =
    error === ''
      ? []
      : [
          aPullEvent({
            pod: 'web-1-a',
            reason: 'Failed',
            message: frame(image, error),
            count: 2,
            last: '2026-12-01T11:59:50Z',
          }),
        ];
  return [
    aNode(),
    deployment,
    replicaSet,
    aRunningPod({ name: 'web-1-a', images: [image], owner: replicaSet, waiting: { reason, message } }),
    ...events,
  ];
}

const explain = (objects: readonly object[], ...args: readonly string[]) =>
  callExplain(['--facts', '-', '--config', world.configPath, '-n', 'shop', ...args], { objects });

describe('a Pod that waits', () => {
  test('for an image that does not exist is told so, and when the kubelet tries again', async () => {
    const objects = aWaitingPod({ image: 'nginx:gone', error: 'docker.io/library/nginx:gone: not found' });

    const { output, errors, exitCode } = await explain(objects, 'pod/web-1-a');

    expect(output).toBe(
      'Pod shop/web-1-a, of Deployment web\n\n' +
        'container c0: nginx:gone\n' +
        '  Pod web-1-a on node-1 waits since 2026-12-01T11:59:50Z: ImagePullBackOff\n' +
        `  the kubelet says: ${frame('nginx:gone', 'docker.io/library/nginx:gone: not found')}\n` +
        '  that means: the registry said that the image does not exist\n' +
        `  now: manifest-not-found (certain): nginx:gone: docker.io/library/nginx has no tag gone (asked ${world.registry.host})\n` +
        '    -> Correct the name, or push the image\n' +
        '  the next attempt after 2 that failed is due at 2026-12-01T12:00:10Z, or up to 15 s later, and fails\n',
    );
    expect(errors).toBe('');
    expect(exitCode).toBe(1);
  });

  test('for an image that has come since is told that it will be pulled', async () => {
    const objects = aWaitingPod({ image: 'nginx:1.27', error: 'docker.io/library/nginx:1.27: not found' });

    const { output, exitCode } = await explain(objects, 'deploy/web');

    expect(output).toBe(
      'Deployment shop/web, 1 of its 1 Pods wait for an image\n\n' +
        'container c0: nginx:1.27\n' +
        '  Pod web-1-a on node-1 waits since 2026-12-01T11:59:50Z: ImagePullBackOff\n' +
        `  the kubelet says: ${frame('nginx:1.27', 'docker.io/library/nginx:1.27: not found')}\n` +
        '  that means: the registry said that the image does not exist\n' +
        `  now: a registry gives the image (${digest})\n` +
        '  the next attempt after 2 that failed is due at 2026-12-01T12:00:10Z, or up to 15 s later, and succeeds\n' +
        '    -> to have it tried at once: kubectl delete pod web-1-a -n shop\n',
    );
    expect(exitCode).toBe(0);
  });

  test('for what lies at its node is not promised anything', async () => {
    const error =
      'failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1.27": tls: failed to verify certificate: x509: certificate signed by unknown authority';

    const { output } = await explain(aWaitingPod({ image: 'nginx:1.27', error }), 'pods/web-1-a');

    expect(output).toContain(
      ', and succeeds unless the cause still holds at the node, where pullgate does not see it\n' +
        '    -> look on the node: the node does not trust the authority that signed the certificate of the registry\n',
    );
  });

  test('with a name that no object has is given no command to paste', async () => {
    const objects = aWaitingPod({ image: 'nginx:1.27', error: '' });
    const input = objects.map((object) => JSON.stringify(object).replaceAll('web-1-a', 'a;reboot')).join('\n---\n');

    const { output } = await callExplain(['--facts', '-', '--config', world.configPath, '-n', 'shop', 'deploy/web'], {
      input,
    });

    expect(output).toContain('Pod a;reboot on node-1 waits');
    expect(output).not.toContain('kubectl');
  });

  test('in words that are not understood is shown them', async () => {
    const { output } = await explain(aWaitingPod({ image: 'nginx:1.27', error: 'something new' }), 'pod/web-1-a');

    expect(output).toContain('something new\n  that means: pullgate does not understand these words\n');
  });

  test('without Events is told what can be told', async () => {
    const { output } = await explain(aWaitingPod({ image: 'nginx:gone', error: '' }), 'pod/web-1-a');

    expect(output).toContain(
      'waits since 2026-12-01T08:00:00Z: ImagePullBackOff\n' +
        '  the kubelet says: Back-off pulling image "nginx:gone"\n' +
        '  that means: the kubelet waits for its next attempt, and does not say why the last one failed\n',
    );
    expect(output).toContain('  the next attempt comes within 5 minutes, and fails\n');
  });
});

test('a Pod that runs is told whether it would come back', async () => {
  const { replicaSet } = aRolledOutDeployment({ image: 'nginx:1.27' });
  const pod = aRunningPod({ name: 'web-1-a', images: ['nginx:1.27'], owner: replicaSet });

  const { output, exitCode } = await explain([aNode(), replicaSet, pod], 'pod/web-1-a');

  expect(output).toBe(
    `Pod shop/web-1-a, of Deployment web\n\ncontainer c0: nginx:1.27\n  now: a registry gives the image (${digest})\n`,
  );
  expect(exitCode).toBe(0);
});

test.each(['pod/gone', 'deployment/web-1-a', 'rollout.argoproj.io/web'])('%s is not there', async (target) => {
  const objects = aWaitingPod({ image: 'nginx:gone', error: '' });

  await expect(explain(objects, target)).resolves.toEqual({
    exitCode: 2,
    output: '',
    errors: `pullgate explain: there is no ${target} in namespace shop, or it is over\n`,
  });
});

test.each([[[]], [['web']], [['pod/a', 'pod/b']], [['pod/a/b']]])('%j names no object', async (args) => {
  await expect(explain([], ...args)).resolves.toMatchObject({
    exitCode: 2,
    errors:
      'pullgate explain: name one object as KIND/NAME, such as pod/web-5d4f-x7k2p\nRun "pullgate explain --help" for its flags.\n',
  });
});
