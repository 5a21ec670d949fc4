/** Rollbacks and re-creations of what ran before, whose tag is gone: a real kubectl behind a real API server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ImagesInUse, imagesOfPod } from '../../src/core/workload/images-in-use.ts';
import { openApi } from '../../src/sources/cluster/api.ts';
import { listBounded } from '../../src/sources/cluster/bounded-list.ts';
import { type MessageShape, podListShape } from '../../src/sources/cluster/protobuf.ts';
import { buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import { type EmbeddedRegistry, startRegistry } from '../../tools/embedded-registry/registry.ts';
import { aNode, aPod } from '../support/api-objects.ts';
import { aNamespace, aWeb, until } from './objects.ts';
import { openStage, type Stage } from './stage.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const hook = 'admission webhook "validate.pullgate.dev" denied the request:';
const noTag = 'nginx:gone: docker.io/library/nginx has no tag gone (asked REGISTRY)';
/** Of a host whose tags vanish. */
const app = 'fading.test/team/app';

let stage: Stage;
let kubectl: Stage['kubectl'];
let fading: EmbeddedRegistry;
let hasFaded = false;

beforeAll(async () => {
  const removed = { status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' };
  fading = await startRegistry({ script: () => (hasFaded ? removed : undefined) });
  for (const tag of ['1', '2', '3']) fading.push('team/app', tag, buildMultiPlatform([amd64], `fading ${tag}`));
  // Of what registries said only the last answer is remembered.
  stage = await openStage({ config: { limits: { cacheEntries: 1 } }, elsewhere: { 'fading.test': fading.url } });
  kubectl = stage.kubectl;
  stage.world.registry.push('library/nginx', '1.27', buildMultiPlatform([amd64], '1.27'));
  await applied(aNode(), aNamespace('old', 'off'), aNamespace('shop', 'enforce'));
  for (const namespace of ['old', 'shop'])
    await until(async () => (await kubectl(['get', 'serviceaccounts', '-n', namespace])).includes('default'));
});

afterAll(async () => {
  await stage.end();
  await fading.close();
});

async function applied(...objects: readonly object[]): Promise<void> {
  for (const object of objects)
    expect(await kubectl(['apply', '-f', '-'], object)).toMatch(/ (created|configured|unchanged)$/);
}

/** Without the hashes that controllers make up, and without when it was. */
async function inNamespace(namespace: string, args: readonly string[], input?: object): Promise<readonly string[]> {
  const said = await kubectl([...args, '-n', namespace], input);
  return said
    .replaceAll(/\b(web|db|agent)-[0-9a-f]{8,10}\b/g, '$1-HASH')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'THEN')
    .split('\n');
}

const inOld = (args: readonly string[], input?: object) => inNamespace('old', args, input);
const inShop = (args: readonly string[], input?: object) => inNamespace('shop', args, input);

function aTemplateOf(kind: 'StatefulSet' | 'DaemonSet', name: string, written: string) {
  const { spec, ...rest } = aWeb(name, written, { namespace: 'old' });
  const { replicas, ...both } = spec;
  return { ...rest, kind, spec: kind === 'StatefulSet' ? { ...both, replicas, serviceName: name } : both };
}

function aCronJob(name: string, written: string, namespace = 'old') {
  const { spec } = aPod({ images: [written] });
  const template = { spec: { ...spec, restartPolicy: 'Never' } };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace },
    spec: { schedule: '0 0 1 1 *', jobTemplate: { spec: { template } } },
  };
}

/** kubectl has a word about the annotation of an apply. */
async function undo(owner: string): Promise<readonly string[]> {
  return (await inOld(['rollout', 'undo', owner])).filter((line) => !line.startsWith('Warning: resource '));
}

const likely = (why: string) => `Warning: likely to fail: ${noTag.slice(0, -1)}; ${why}) [manifest-not-found]`;

describe('what ran before pullgate was asked, and is gone from its registry', () => {
  const db = aTemplateOf('StatefulSet', 'db', 'nginx:gone');

  beforeAll(async () => {
    await applied(
      aWeb('web', 'nginx:gone', { namespace: 'old' }),
      db,
      aTemplateOf('DaemonSet', 'agent', 'nginx:gone'),
      aCronJob('backup', 'nginx:gone'),
    );
    await inOld(['create', 'job', 'backup-1', '--from=cronjob/backup']);
    await until(async () => (await inOld(['get', 'replicasets,controllerrevisions', '-o', 'name'])).length === 3);
    for (const owner of ['deployment/web', 'statefulset/db', 'daemonset/agent', 'cronjob/backup'])
      await inOld(['set', 'image', owner, 'c0=nginx:1.27']);
    await until(async () => (await inOld(['get', 'replicasets,controllerrevisions', '-o', 'name'])).length === 6);
    await kubectl(['label', 'namespace', 'old', '--overwrite', 'pullgate.dev/mode=enforce']);
    await until(async () => (await inOld(['create', 'job', 'none', '--image=nginx:gone']))[0]?.includes(hook) === true);
  });

  test('a Deployment is rolled back', async () => {
    expect(await undo('deployment/web')).toEqual([
      likely('ReplicaSet web-HASH uses the image, so a rollback may need it'),
      'deployment.apps/web rolled back',
    ]);
  });

  test('a DaemonSet is rolled back', async () => {
    expect(await undo('daemonset/agent')).toEqual([
      likely('ControllerRevision agent-HASH uses the image, so a rollback may need it'),
      'daemonset.apps/agent rolled back',
    ]);
  });

  test('a CronJob is rolled back to what a Job of it had', async () => {
    expect(await inOld(['set', 'image', 'cronjob/backup', 'c0=nginx:gone'])).toEqual([
      likely('Job backup-1 uses the image, so a rollback may need it'),
      'cronjob.batch/backup image updated',
    ]);
  });

  test('a StatefulSet is created again after it was deleted without its Pods', async () => {
    expect(await inOld(['delete', 'statefulset', 'db', '--cascade=orphan'])).toEqual([
      'statefulset.apps "db" deleted from old namespace',
    ]);
    await until(async () =>
      (
        await inOld(['get', 'controllerrevisions', '-o', 'jsonpath={.items[*].metadata.ownerReferences[*].kind}'])
      ).every((kinds) => !kinds.includes('StatefulSet')),
    );

    expect(await inOld(['create', '-f', '-'], db)).toEqual([
      likely('ControllerRevision db-HASH uses the image, so a rollback may need it'),
      'statefulset.apps/db created',
    ]);
  });

  test('what was never used there is denied as before', async () => {
    expect((await inOld(['set', 'image', 'deployment/web', 'c0=nginx:never'])).join()).toContain(hook);
    expect((await inOld(['create', 'deployment', 'other', '--image=nginx:gone'])).join()).toContain(hook);
  });
});

describe('what pullgate admitted, and is gone from its registry since', () => {
  const pod = aPod({ images: [`${app}:1`] });
  const asBefore = 'pullgate admitted the image in this namespace at THEN when it was pullable';
  const warning = (tag: string, why: string) =>
    expect.stringMatching(
      new RegExp(`^Warning: likely to fail: ${app}:${tag}: .*; ${why}\\) \\[manifest-not-found\\]$`),
    );

  beforeAll(async () => {
    await applied(pod, aWeb('forced', `${app}:1`), aCronJob('forced', `${app}:2`, 'shop'));
    await inShop(['set', 'image', 'cronjob/forced', `c0=${app}:3`]);
    hasFaded = true;
    await until(async () => (await inShop(['create', 'job', 'none', `--image=${app}:9`]))[0]?.includes(hook) === true);
    // What could be pulled counts for a minute.
    const probe = aCronJob('probe', `${app}:3`, 'shop');
    const said = () => inShop(['create', '--dry-run=server', '-f', '-'], probe);
    await until(async () => (await said()).join().includes('[manifest-not-found]'), 500);
  });

  test.each([
    ['a Pod', '1', pod, 'pod "pod" deleted from shop namespace', 'pod/pod replaced'],
    [
      'a CronJob',
      '3',
      aCronJob('forced', `${app}:3`, 'shop'),
      'cronjob.batch "forced" deleted from shop namespace',
      'cronjob.batch/forced replaced',
    ],
  ])('%s is replaced by force', async (_name, tag, object, deleted, replaced) => {
    const said = await inShop(['replace', '--force', '--grace-period=0', '-f', '-'], object);
    expect(said.filter((line) => !line.startsWith('Warning: Immediate deletion'))).toEqual([
      warning(tag, asBefore),
      deleted,
      replaced,
    ]);
  });

  test('a Deployment is replaced by force, whether or not its ReplicaSets are there still', async () => {
    const said = await inShop(['replace', '--force', '-f', '-'], aWeb('forced', `${app}:1`));
    expect(said).toEqual([
      warning('1', `(?:ReplicaSet forced-\\w+ uses the image, so a rollback may need it|${asBefore})`),
      'deployment.apps "forced" deleted from shop namespace',
      'deployment.apps/forced replaced',
    ]);
  });

  test('a CronJob without Jobs is rolled back', async () => {
    expect(await inShop(['set', 'image', 'cronjob/forced', `c0=${app}:2`])).toEqual([
      warning('2', 'the image was replaced in this namespace at THEN, and a rollback may need it'),
      'cronjob.batch/forced image updated',
    ]);
  });

  test('in another namespace it is denied', async () => {
    expect((await inOld(['create', 'job', 'none', `--image=${app}:1`])).join()).toContain(hook);
  });
});

test('as protobuf the API server tells the same of Pods as in JSON', async () => {
  const volumes = [
    { name: 'model', image: { reference: 'quay.io/team/model:1' } },
    { name: 'empty', emptyDir: {} },
  ];
  const initContainers = [{ name: 'i0', image: 'busybox:1' }];
  const pod = aPod({
    name: 'full',
    namespace: 'old',
    images: ['nginx:1', 'redis:7'],
    spec: { initContainers, volumes },
  });
  await kubectl(['label', 'namespace', 'old', '--overwrite', 'pullgate.dev/mode=off']);
  await until(async () => (await kubectl(['apply', '-f', '-'], pod)).startsWith('pod/full '));
  await inOld(['debug', 'full', '--image=quay.io/team/tool:1', '-c', 'd0', '--profile=general']);
  const more = { ready: false, restartCount: 0 };
  const status = {
    containerStatuses: [
      { name: 'c0', image: 'nginx:1', imageID: 'a', state: { running: {} }, ...more },
      { name: 'c1', image: 'redis:6', imageID: '', state: { waiting: {} }, ...more },
    ],
    initContainerStatuses: [
      { name: 'i0', image: 'busybox:2', imageID: 'b', state: { terminated: { exitCode: 0 } }, ...more },
    ],
    ephemeralContainerStatuses: [
      { name: 'd0', image: 'quay.io/team/tool:1', imageID: 'c', state: { waiting: {} }, ...more },
    ],
  };
  const patch = JSON.stringify({ status });
  expect(await inOld(['patch', 'pod', 'full', '--subresource=status', '--type=merge', '-p', patch])).toEqual([
    'pod/full patched',
  ]);

  const api = openApi({ kubeconfigPath: stage.plane.kubeconfig });
  const list = async (shape?: MessageShape) => {
    const seen: (ImagesInUse | undefined)[] = [];
    const onObject = (object: unknown) => seen.push(imagesOfPod(object));
    const what = { path: '/api/v1/pods', resource: 'pods', onObject, mostPages: 20, ...(shape && { shape }) };
    expect(await listBounded(api, what, AbortSignal.timeout(10_000))).toEqual({ end: 'all' });
    return seen;
  };
  const inJson = await list();
  expect(await list(podListShape)).toEqual(inJson);
  expect(inJson.find((seen) => seen?.name === 'full')).toEqual({
    namespace: 'old',
    name: 'full',
    named: [
      'docker.io/library/nginx:1',
      'docker.io/library/redis:7',
      'docker.io/library/busybox:1',
      'quay.io/team/tool:1',
      'quay.io/team/model:1',
    ],
    running: [
      'docker.io/library/nginx:1',
      'docker.io/library/busybox:1',
      'docker.io/library/busybox:2',
      'quay.io/team/tool:1',
    ],
  });
  api.close();
});

describe('without the right to look', () => {
  const rights = 'grant pullgate list on pods, grant pullgate list on replicasets.apps';

  beforeAll(async () => {
    await applied(aWeb('plain', 'nginx:1.27'));
    const watched = { apiGroups: [''], resources: ['nodes', 'namespaces'], verbs: ['get', 'list', 'watch'] };
    const read = { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['get'] };
    const patch = [{ op: 'replace', path: '/rules', value: [watched, read] }];
    await kubectl(['patch', 'clusterrole', 'pullgate', '--type=json', '-p', JSON.stringify(patch)]);
    await until(async () =>
      (await inShop(['create', 'deployment', 'none', '--image=nginx:gone'])).join().includes(rights),
    );
  });

  test('an update is not denied, and names the right', async () => {
    expect(await inShop(['set', 'image', 'deployment/plain', 'c0=nginx:gone', '--dry-run=server'])).toEqual([
      likely(`the image may be in use (${rights})`),
      'deployment.apps/plain image updated (server dry run)',
    ]);
  });

  test('a creation is denied, and the denial says that nobody looked', async () => {
    expect(await inShop(['create', 'deployment', 'none', '--image=nginx:gone'])).toEqual([
      `error: failed to create deployment: ${hook} ${noTag} [manifest-not-found]`,
      '- spec.template.spec.containers[0].image: nginx:gone [manifest-not-found]. Correct the name, or push the image',
      `- pullgate could not look up whether the image is in use: ${rights}`,
    ]);
  });
});
