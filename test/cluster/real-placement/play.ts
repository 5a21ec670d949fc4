/**
 * A control plane with its scheduler, and one real node: `pullgate check --cluster` judges each template, then it is applied.
 * Prints what was found and what became of its Pod, as JSON. Started by the suite; needs root and `PULLGATE_PARTS`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { V1Pod } from '@kubernetes/client-node';
import type { PullReport } from '../../../src/report/pull-report.ts';
import { type ControlPlane, startControlPlane } from '../../../tools/cluster/control-plane.ts';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { certsDFilesOf, writeCertsD } from '../../nodes/certs-d.ts';
import { writePlugins } from '../../nodes/credential-plugins.ts';
import { openApi } from '../../nodes/real-parts/api-client.ts';
import { startContainerd } from '../../nodes/real-parts/containerd.ts';
import { startKubelet } from '../../nodes/real-parts/kubelet.ts';
import { findParts } from '../../nodes/real-parts/parts.ts';
import { enterSandbox } from '../../nodes/real-parts/sandbox.ts';
import type { Scene } from '../../nodes/scene.ts';
import { makeAuthorities } from '../../nodes/scene-authorities.ts';
import { openNetwork } from '../../nodes/scene-network.ts';
import { runPullgate } from '../../support/check.ts';
import { aWeb } from '../objects.ts';
import { gpu, type PlacementCase, placementCases } from './cases.ts';

const parts = findParts();
const sandbox = await enterSandbox();
process.env.TMPDIR = join(sandbox.root, 'tmp');
mkdirSync(process.env.TMPDIR);

const host = 'registry.test';
const repositories = {
  x86: { tags: { '1': buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], 'x86') } },
  arm: { tags: { '1': buildMultiPlatform([{ os: 'linux', architecture: 'arm64' }], 'arm') } },
};
const scene: Scene = {
  name: 'placement',
  image: host,
  hosts: { [host]: { kind: 'registry', scheme: 'http', repositories } },
};

const authorities = await makeAuthorities();
const network = await openNetwork(1, authorities);
await network.open(scene.hosts ?? {});
const certsD = certsDFilesOf(scene, network.ca);

const admissionPlugins = ['PodNodeSelector', 'PodTolerationRestriction', 'ExtendedResourceToleration'];
const [plane, containerd] = await Promise.all([
  startControlPlane(parts.bin, { admissionPlugins }),
  startContainerd({ sandbox, parts, generation: '2.4', name: 'real', resolver: network.resolver }),
]);
writeCertsD(containerd.certsD, certsD);
const log = openSync(join(sandbox.logs, 'kube-scheduler.log'), 'a');
spawn(
  join(parts.bin, 'kube-scheduler'),
  [`--kubeconfig=${plane.kubeconfig}`, '--leader-elect=false', '--secure-port=0'],
  { stdio: ['ignore', log, log] },
);

async function kubectl(args: readonly string[], input?: object): Promise<string> {
  const { output, errors, exitCode } = await plane.kubectl(args, input && JSON.stringify(input));
  if (exitCode !== 0) throw new Error(`kubectl ${args.join(' ')}: ${errors}`);
  return output;
}

const posed = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'posed',
    labels: { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'arm64', 'kubernetes.io/hostname': 'posed' },
  },
  status: {
    nodeInfo: {
      architecture: 'arm64',
      operatingSystem: 'linux',
      kubeletVersion: 'v1.36.3',
      containerRuntimeVersion: 'containerd://2.4.2',
      osImage: '',
      kernelVersion: '',
      bootID: '',
      machineID: '',
      systemUUID: '',
      kubeProxyVersion: '',
    },
    conditions: [{ type: 'Ready', status: 'True', reason: 'Posed', message: '' }],
    allocatable: { cpu: '1', memory: '1Gi', pods: '0' },
    capacity: { cpu: '1', memory: '1Gi', pods: '0' },
  },
};

const configPath = join(sandbox.root, 'configuration.json');
mkdirSync(join(sandbox.root, 'given'));
writeCertsD(join(sandbox.root, 'given'), certsD);
const configuration = {
  apiVersion: 'pullgate.dev/v1alpha1',
  kind: 'Configuration',
  assume: { nodeCredentials: 'none' },
  nodes: { hostsDir: join(sandbox.root, 'given') },
  egress: { allow: ['127.0.0.0/8'], dnsServers: [network.resolver] },
};
writeFileSync(configPath, JSON.stringify(configuration));

type Judged = { readonly finds: string; readonly cappedBy?: string };

function webOf({ image, podSpec = {}, resources = {} }: PlacementCase, namespace: string) {
  const containers = [{ name: 'web', image: `${host}/${image}:1`, resources }];
  return aWeb('web', '', { namespace, spec: { ...podSpec, containers, automountServiceAccountToken: false } });
}

async function judge(one: PlacementCase, namespace: string): Promise<Judged> {
  const { metadata, annotations = {}, objects = [] } = { metadata: { name: namespace }, ...one };
  await kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'Namespace', metadata: { ...metadata, annotations } });
  for (const object of objects)
    await kubectl(
      ['apply', '-f', '-'],
      JSON.parse(JSON.stringify(object).replaceAll('NAMESPACE', namespace)) as object,
    );
  await untilShown(one, namespace);
  const args = ['check', '-o', 'json', '--config', configPath, '--cluster', '--kubeconfig', plane.kubeconfig, '-'];
  const { output, errors } = await runPullgate(args, { input: JSON.stringify(webOf(one, namespace)) });
  if (output === '') throw new Error(errors);
  const { results } = JSON.parse(output) as PullReport;
  const [finding] = results.flatMap(({ images }) => images.flatMap(({ findings }) => findings));
  if (finding === undefined) return { finds: 'nothing' };
  const { code, certainty, cappedBy } = finding;
  return { finds: `${code} ${certainty}`, ...(cappedBy !== undefined && { cappedBy }) };
}

/** The API server learns of a policy some time after it was applied. */
async function untilShown({ showsIn }: PlacementCase, namespace: string): Promise<void> {
  if (showsIn === undefined) return;
  const tried = ['run', 'tried', '-n', namespace, '--image=a', '--dry-run=server', '-o', 'json'];
  while (!(await kubectl(tried)).includes(showsIn)) await setTimeout(100);
}

/** A container that runs, has ended or could not be started had its image. */
async function becomes(namespace: string): Promise<string> {
  let last = '';
  for (let tries = 0; tries < 150; tries += 1) {
    const { items } = JSON.parse(await kubectl(['get', 'pods', '-n', namespace, '-o', 'json'])) as { items: V1Pod[] };
    const [pod] = items;
    last = JSON.stringify(pod?.status?.conditions);
    const state = pod?.status?.containerStatuses?.[0]?.state;
    if (state?.running !== undefined || state?.terminated !== undefined) return 'pulled';
    const reason = state?.waiting?.reason ?? 'ContainerCreating';
    if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff') return 'failed';
    if (reason !== 'ContainerCreating') return 'pulled';
    await setTimeout(100);
  }
  const events = await kubectl(['get', 'events', '-n', namespace, '-o', 'jsonpath={.items[*].message}']);
  return `undecided: ${last} ${events}`;
}

async function joinNode(controlPlane: ControlPlane): Promise<void> {
  const kubeconfig = JSON.parse(readFileSync(controlPlane.kubeconfig, 'utf8')) as {
    clusters: readonly { cluster: { 'certificate-authority': string } }[];
  };
  const ca = readFileSync(kubeconfig.clusters[0]?.cluster['certificate-authority'] ?? '', 'utf8');
  await startKubelet({
    sandbox,
    parts,
    controlPlane: { api: openApi(controlPlane.url, ca, 'admin-token'), kubeconfig: controlPlane.kubeconfig },
    containerd,
    node: 'real',
    port: 10_250,
    plugins: writePlugins(join(containerd.folder, 'plugins')),
  });
  await kubectl(['label', 'node', 'real', 'example.com/pool=gpu']);
}

await kubectl(['create', '-f', '-'], posed);
const names = new Map(placementCases.map((one, index) => [one, `case-${index}`]));
const nameOf = (one: PlacementCase) => names.get(one) ?? '';
const results: object[] = [];
const early = placementCases.filter(({ isBeforeNode }) => isBeforeNode);
const judged = new Map<PlacementCase, Judged>();
for (const one of early) {
  judged.set(one, await judge(one, nameOf(one)));
  await kubectl(['delete', 'configmap', 'cluster-autoscaler-status', '-n', 'kube-system', '--ignore-not-found']);
}
for (const one of early) await kubectl(['apply', '-f', '-'], webOf(one, nameOf(one)));
await joinNode(plane);
for (const one of early) results.push({ name: one.name, ...judged.get(one), becomes: await becomes(nameOf(one)) });

await kubectl(['taint', 'node', 'real', `${gpu}=present:NoSchedule`]);
const devices = JSON.stringify({ status: { capacity: { [gpu]: '4' }, allocatable: { [gpu]: '4' } } });
await kubectl(['patch', 'node', 'real', '--subresource=status', '--type=merge', '-p', devices]);
for (const one of placementCases.filter(({ isBeforeNode }) => !isBeforeNode)) {
  judged.set(one, await judge(one, nameOf(one)));
  await kubectl(['apply', '-f', '-'], webOf(one, nameOf(one)));
  results.push({ name: one.name, ...judged.get(one), becomes: await becomes(nameOf(one)) });
}
process.stdout.write(`${JSON.stringify(results)}\n`);
await plane.end();
process.exit(0);
