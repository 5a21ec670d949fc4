/** `pullgate audit` against a real API server with RBAC: more Pods than a page, rights that are missing, Pods that wait. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PullReport } from '../../src/report/pull-report.ts';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { buildMultiPlatform } from '../../tools/embedded-registry/image.ts';
import { aDeployment, aNode, aPod } from '../support/api-objects.ts';
import { runPullgate } from '../support/check.ts';
import { type RegistryWorld, startRegistryWorld } from '../support/registry-world.ts';
import { applyOn, kubectlOn, untilThere } from './objects.ts';

let plane: ControlPlane;
let world: RegistryWorld;
const replicas = 520;
/** Whose token `kubeconfigOf('pullgate')` has. */
const user = 'system:serviceaccount:pullgate:pullgate';

beforeAll(async () => {
  plane = await startControlPlane(process.env.KUBEBUILDER_ASSETS ?? '');
  world = await startRegistryWorld({ names: ['docker.io'] });
  world.registry.push('library/nginx', '1.27', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], '1.27'));
  await applied(aNode(), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  await untilThere(
    async () => (await kubectl(['get', 'serviceaccount', 'default', '-n', 'shop'])).includes('default'),
    300,
  );
  await applied(
    aWeb('web', 'nginx:1.27', replicas),
    aWeb('gone', 'nginx:gone', 1),
    aPod({ name: 'lone', images: ['nginx:1.27'] }),
  );
  await untilThere(async () => (await podNames()).length > replicas, 300);
});

afterAll(async () => {
  await world.end();
  await plane.end();
});

const kubectl = (args: readonly string[], input?: string) => kubectlOn(plane, args, input);
const applied = (...objects: readonly object[]) => applyOn(plane, objects);

async function podNames(): Promise<readonly string[]> {
  const names = await kubectl(['get', 'pods', '-n', 'shop', '-o', 'name']);
  return names.split('\n').filter((name) => name !== '');
}

function aWeb(name: string, image: string, count: number) {
  const deployment = aDeployment({ name, images: [image] });
  const labels = { app: name };
  const template = { metadata: { labels }, ...deployment.spec.template };
  return { ...deployment, spec: { replicas: count, selector: { matchLabels: labels }, template } };
}

async function audit(kubeconfig: string, ...args: readonly string[]) {
  const flags = [
    'audit',
    '--kubeconfig',
    kubeconfig,
    '--config',
    world.configPath,
    '-n',
    'shop',
    '-o',
    'json',
    ...args,
  ];
  const ran = await runPullgate(flags);
  return { ...ran, report: JSON.parse(ran.output) as PullReport };
}

function told({ results }: PullReport) {
  return results.map(({ workload, pods, images }) => ({
    name: workload.name,
    pods,
    findings: images.flatMap(({ findings }) => findings.map(({ code, certainty }) => [code, certainty])),
  }));
}

test('owners are found among more Pods than a page holds', async () => {
  const { report, exitCode } = await audit(plane.kubeconfig);

  expect(
    report.results.map(({ workload, pods, verdict }) => [workload.kind, workload.name, pods?.total, verdict]),
  ).toEqual([
    ['Deployment', 'gone', 1, 'deny'],
    ['Deployment', 'web', replicas, 'allow'],
    ['Pod', 'lone', 1, 'allow'],
  ]);
  expect(report.summary.complete).toBe(true);
  expect(exitCode).toBe(1);
});

test('a dump of the same cluster tells the same', async () => {
  const dump = await kubectl(['get', 'nodes,pods,deployments,replicasets', '-A', '-o', 'json']);
  const { output } = await runPullgate(
    ['audit', '--facts', '-', '--config', world.configPath, '-o', 'json', '-n', 'shop'],
    {
      input: dump,
    },
  );

  expect(told(JSON.parse(output) as PullReport)).toEqual(told((await audit(plane.kubeconfig)).report));
});

test('a Pod that waits is told with the words of its kubelet', async () => {
  const [name = ''] = (await podNames()).filter((pod) => pod.startsWith('pod/gone-')).map((pod) => pod.slice(4));
  const uid = await kubectl(['get', 'pod', name, '-n', 'shop', '-o', 'jsonpath={.metadata.uid}']);
  const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "nginx:gone"' };
  const status = {
    containerStatuses: [
      { name: 'c0', image: 'nginx:gone', imageID: '', ready: false, restartCount: 0, state: { waiting } },
    ],
  };
  await kubectl([
    'patch',
    'pod',
    name,
    '-n',
    'shop',
    '--subresource=status',
    '--type=merge',
    '-p',
    JSON.stringify({ status }),
  ]);
  await applied({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.1`, namespace: 'shop' },
    type: 'Warning',
    involvedObject: { kind: 'Pod', namespace: 'shop', name, uid, fieldPath: 'spec.containers{c0}' },
    reason: 'Failed',
    message:
      'Failed to pull image "nginx:gone": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:gone": failed to resolve reference "docker.io/library/nginx:gone": docker.io/library/nginx:gone: not found',
    count: 2,
    firstTimestamp: new Date(Date.now() - 60_000).toISOString().replace(/\.\d+/, ''),
    lastTimestamp: new Date().toISOString().replace(/\.\d+/, ''),
  });

  const { report } = await audit(plane.kubeconfig);

  expect(report.results[0]?.images[0]?.observed).toMatchObject({
    pod: name,
    reason: 'ImagePullBackOff',
    meaning: 'not-found',
    attempts: 2,
    nextAttempt: expect.any(String) as string,
  });
});

test('each right that is missing is named, and the rest is shown', async () => {
  const none = await audit(plane.kubeconfigOf('pullgate'));
  expect(none.report.unread?.map(({ resource }) => resource)).toEqual([
    'cronjobs.batch',
    'daemonsets.apps',
    'deployments.apps',
    'jobs.batch',
    'pods',
    'podtemplates',
    'replicasets.apps',
    'replicationcontrollers',
    'statefulsets.apps',
  ]);
  expect(none.exitCode).toBe(2);

  await kubectl(['create', 'role', 'auditor', '-n', 'shop', '--verb=list', '--resource=pods,deployments,replicasets']);
  await kubectl(['create', 'rolebinding', 'auditor', '-n', 'shop', '--role=auditor', `--user=${user}`]);
  const asUser = ['auth', 'can-i', 'list', 'pods', '-n', 'shop', '--as', user];
  await untilThere(async () => (await kubectl(asUser)).startsWith('yes'), 300);

  const some = await audit(plane.kubeconfigOf('pullgate'));
  expect(some.report.results.map(({ workload }) => workload.name)).toEqual(['gone', 'web', 'lone']);
  expect(some.errors).toContain(
    'platforms are not checked: the nodes cannot be listed (status 403); grant list on nodes\n',
  );
  expect(some.errors).toContain('events cannot be listed (status 403); grant list on events\n');
});
