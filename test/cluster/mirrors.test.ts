/** What a real cluster shows of other ways to images than their registries, and which of its optional rights tell of them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PullReport } from '../../src/report/pull-report.ts';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { type EmbeddedRegistry, startRegistry } from '../../tools/embedded-registry/registry.ts';
import { aNode } from '../support/api-objects.ts';
import { runPullgate } from '../support/check.ts';
import { openDns } from '../support/dns-socket.ts';
import { aNamespace, applyOn, aWeb, kubectlOn, until } from './objects.ts';

const manifests = join(import.meta.dirname, '../../manifests');

let plane: ControlPlane;
let registry: EmbeddedRegistry;
let directory: string;
let image: string;
let kubeconfig: string;
let endDns: () => void;

beforeAll(async () => {
  plane = await startControlPlane(process.env.KUBEBUILDER_ASSETS ?? '');
  registry = await startRegistry();
  const dns = await openDns(() => ({ kind: 'addresses', addresses: ['127.0.0.1'], ttl: 30 }));
  endDns = dns.close;
  directory = await mkdtemp(join(tmpdir(), 'pullgate-mirrors-'));
  // Nodes' host configuration is not given: their mirrors are not known.
  const host = `gone.test:${registry.host.split(':')[1]}`;
  image = `${host}/team/app:1`;
  const configuration = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'Configuration',
    assume: { nodeCredentials: 'none' },
    registries: [{ match: host, plainHttp: true }],
    egress: { allow: ['127.0.0.1'], dnsServers: [dns.address] },
  };
  await writeFile(join(directory, 'configuration.json'), JSON.stringify(configuration));
  await kubectl(['apply', '-k', manifests]);
  await applied(aNode(), aNamespace('shop', 'enforce'), aNamespace('other'));
  kubeconfig = await plane.kubeconfigOfAccount('pullgate', 'pullgate');
});

afterAll(async () => {
  endDns();
  await registry.close();
  await plane.end();
  await rm(directory, { recursive: true });
});

const kubectl = (args: readonly string[], input?: string) => kubectlOn(plane, args, input);
const applied = (...objects: readonly object[]) => applyOn(plane, objects);

/** What is found of an image that its registry does not have, with the rights of the installation. */
async function found(): Promise<string> {
  const config = join(directory, 'configuration.json');
  const args = ['check', '-o', 'json', '--config', config, '--cluster', '--kubeconfig', kubeconfig, '-'];
  const { output, errors } = await runPullgate(args, { input: JSON.stringify(aWeb('web', image)) });
  if (output === '') throw new Error(errors);
  const { results } = JSON.parse(output) as PullReport;
  const findings = results.flatMap(({ images }) => images.flatMap((one) => one.findings));
  const finding = findings.find(({ code }) => code === 'manifest-not-found');
  return `${finding?.certainty}: ${finding?.cappedBy ?? finding?.assuming.join(', ')}`;
}

const mirrored = (what: string) =>
  `likely: nodes may get the image from another source: ${what}; mirrors: none would make it certain`;

test('what the installation may not list is named', async () => {
  expect(await found()).toMatch(
    /^certain: mirrors=auto \(none seen; grant pullgate list on daemonsets\.apps\), preloaded=auto \(none seen\), imageRewriting=[^,]*$/,
  );
});

test('with optional/mirrors a DaemonSet of Spegel is seen', async () => {
  await kubectl(['apply', '-k', join(manifests, 'optional/mirrors')]);
  await until(async () => (await found()).includes('mirrors=auto (none seen),'));

  const labels = { app: 'spegel' };
  const containers = [{ name: 'registry', image: 'ghcr.io/spegel-org/spegel:v0.4.0' }];
  await applied({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'spegel', namespace: 'other' },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  });
  expect(await found()).toBe(mirrored('DaemonSet other/spegel runs Spegel'));
  await kubectl(['delete', 'daemonset', 'spegel', '-n', 'other']);
});

test("with optional/mirrors OpenShift's sets of mirrors are seen", async () => {
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  await applied({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'imagetagmirrorsets.config.openshift.io' },
    spec: {
      group: 'config.openshift.io',
      scope: 'Cluster',
      names: { kind: 'ImageTagMirrorSet', plural: 'imagetagmirrorsets' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  });
  const set = {
    apiVersion: 'config.openshift.io/v1',
    kind: 'ImageTagMirrorSet',
    metadata: { name: 'ours' },
    spec: { imageTagMirrors: [{ source: image.replace('/team/app:1', ''), mirrors: ['mirror.example.com'] }] },
  };
  await until(async () => (await plane.kubectl(['apply', '-f', '-'], JSON.stringify(set))).exitCode === 0);

  expect(await found()).toBe(mirrored('ImageTagMirrorSet ours gives nodes a mirror'));
  await kubectl(['delete', 'imagetagmirrorset', 'ours']);
});

test('a node that is no candidate reports the image', async () => {
  const plain = aNode({ name: 'z' });
  const status = { ...plain.status, images: [{ names: [image], sizeBytes: 1 }] };
  await kubectl(['create', '-f', '-'], JSON.stringify({ ...plain, spec: { unschedulable: true }, status }));

  expect(await found()).toBe('likely: node z reports the image and got it from a source that pullgate does not know');
  await kubectl(['delete', 'node', 'z']);
});

test('a Pod that runs anywhere is seen', async () => {
  await until(async () => (await kubectl(['get', 'serviceaccounts', '-n', 'other', '-o', 'name'])).includes('default'));
  await applied({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-1', namespace: 'other' },
    spec: { containers: [{ name: 'web', image }] },
  });

  // It waits, and has not pulled anything.
  expect(await found()).toMatch(/^certain: /);
  const containerStatuses = [
    {
      name: 'web',
      image,
      imageID: `${image.replace(':1', '')}@sha256:${'a'.repeat(64)}`,
      ready: true,
      restartCount: 0,
      state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
    },
  ];
  const patch = JSON.stringify({ status: { containerStatuses } });
  await kubectl(['patch', 'pod', 'web-1', '-n', 'other', '--subresource=status', '--type=merge', '-p', patch]);
  expect(await found()).toBe(
    'likely: Pod other/web-1 runs the image and got it from a source that pullgate does not know',
  );
  await kubectl(['delete', 'pod', 'web-1', '-n', 'other', '--force']);
});

test('what the cluster names counts where a node may not report all its images', async () => {
  const jobTemplate = {
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'backup', image }] } } },
  };
  const metadata = { name: 'backup', namespace: 'other' };
  await applied({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata,
    spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate },
  });
  expect(await found()).toMatch(/^certain: /);
  const plain = aNode({ name: 'full' });
  const images = Array.from({ length: 50 }, (_, index) => ({ names: [`quay.io/team/app:${index}`], sizeBytes: 1 }));
  await kubectl(['create', '-f', '-'], JSON.stringify({ ...plain, status: { ...plain.status, images } }));

  expect(await found()).toBe(
    'likely: CronJob other/backup names the image, and 1 of 2 candidate nodes may not report all their images; preloaded: none would make it certain',
  );
});
