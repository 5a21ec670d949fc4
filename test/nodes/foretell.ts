/** What pullgate says of a scene, through both of its doors, for nodes of each generation and for a cluster of both. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { parseReference } from '../../src/core/image/reference.ts';
import { runCheck } from '../../src/entrypoints/check/run.ts';
import type { AdmissionResponse } from '../../src/entrypoints/serve/admission-response.ts';
import { readFileFacts } from '../../src/entrypoints/serve/file-facts.ts';
import { openReviews } from '../../src/entrypoints/serve/open-reviews.ts';
import type { PullReport, ReportedImage } from '../../src/report/pull-report.ts';
import { configuredPlugins } from '../../src/sources/credential-plugins/configured-plugins.ts';
import type { CredentialPlugins } from '../../src/sources/credential-plugins/open-plugins.ts';
import { readNodeFiles } from '../../src/sources/node-files/read-node-files.ts';
import { openLog } from '../../src/telemetry/log.ts';
import { openMetrics } from '../../src/telemetry/metrics.ts';
import { aNode } from '../support/api-objects.ts';
import { writeAnswers, writePlugins } from './credential-plugins.ts';
import type { Generation } from './real-parts/parts.ts';
import type { Scene } from './scene.ts';
import { objectsOf } from './scene-objects.ts';
import type { Surroundings } from './stage.ts';

export type Foretold = {
  readonly byGeneration: Readonly<Record<Generation, ReportedImage>>;
  /** For a cluster with nodes of both. */
  readonly byBoth: ReportedImage;
  readonly admission: AdmissionResponse;
};

const namespace = 'scene';
/** Plugins are scripts, and find nothing without it. */
const environment = { PATH: process.env.PATH };
const versions: Readonly<Record<Generation, string>> = { '1.7': '1.7.35', '2.4': '2.4.2' };

export async function foretell(scene: Scene, surroundings: Surroundings): Promise<Foretold> {
  const directory = mkdtempSync(join(tmpdir(), 'scene-'));
  try {
    const configPath = writeConfiguration(directory, scene, surroundings);
    const both: readonly Generation[] = ['1.7', '2.4'];
    // Each with a memory of its own: what one was told must not help the other.
    const [one, two, byBoth, admission] = await Promise.all([
      check(scene, ['1.7'], configPath),
      check(scene, ['2.4'], configPath),
      check(scene, both, configPath),
      review(scene, both, configPath, directory),
    ]);
    return { byGeneration: { '1.7': one, '2.4': two }, byBoth, admission };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function writeConfiguration(directory: string, scene: Scene, { resolver, certsD }: Surroundings): string {
  mkdirSync(join(directory, 'certs.d'));
  for (const [path, content] of certsD) {
    const file = join(directory, 'certs.d', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const { examinerDockerConfig, pluginAnswers, certsDIsHidden, nodeDockerConfigIsHidden, hosts = {} } = scene;
  const nodeDockerConfig = nodeDockerConfigIsHidden ? undefined : scene.nodeDockerConfig;
  const authority = [...certsD.keys()].find((path) => path.endsWith('ca.pem'));
  const ca = `certs.d/${authority}`;
  if (nodeDockerConfig !== undefined) writeFileSync(join(directory, 'config.json'), nodeDockerConfig);
  if (examinerDockerConfig !== undefined) writeFileSync(join(directory, 'examiner.json'), examinerDockerConfig);
  const configPath = join(directory, 'configuration.json');
  const configuration = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'Configuration',
    mode: 'enforce',
    assume: { nodeCredentials: nodeDockerConfigIsHidden ? 'unknown' : 'none', facts: 'complete' },
    ...(certsDIsHidden && { registries: Object.keys(hosts).map((match) => ({ match, ca })) }),
    nodes: {
      ...(!certsDIsHidden && { hostsDir: 'certs.d' }),
      ...(nodeDockerConfig !== undefined && { dockerConfig: 'config.json' }),
      ...(pluginAnswers !== undefined && pluginSettings(join(directory, 'plugins'), pluginAnswers)),
    },
    ...(examinerDockerConfig !== undefined && { examiner: { dockerConfig: 'examiner.json' } }),
    egress: { allow: ['127.0.0.0/8'], dnsServers: [resolver] },
  };
  writeFileSync(configPath, JSON.stringify(configuration));
  return configPath;
}

function pluginSettings(folder: string, answers: Readonly<Record<string, string>>) {
  const plugins = writePlugins(folder);
  writeAnswers(plugins, answers);
  return { credentialProviderConfig: plugins.configPath, credentialProviderBinDir: plugins.binDir };
}

function at<Value extends { readonly metadata: object }>(object: Value) {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** The world of a scene as manifests, with the Pod as the last one. */
function manifestsOf(scene: Scene, generations: readonly Generation[]) {
  const { secrets, account, pod } = objectsOf(scene, '');
  // A Pod for both kinds of nodes is bound to none of them.
  const { nodeName: _unbound, ...spec } = pod.spec;
  return {
    facts: [
      ...generations.map((generation) => nodeOf(scene, generation)),
      ...secrets.map((secret) => ({ apiVersion: 'v1', kind: 'Secret', ...at(secret) })),
      { apiVersion: 'v1', kind: 'ServiceAccount', ...at(account) },
    ],
    pod: { apiVersion: 'v1', kind: 'Pod', ...at(pod), spec },
  };
}

function nodeOf(scene: Scene, generation: Generation) {
  const node = aNode({ name: `node-${generation}`, containerd: versions[generation], kubelet: '1.36.3' });
  const parsed = parseReference(scene.image);
  const isReported = scene.isPresent === true && scene.isUnreported === undefined;
  const images = isReported && parsed.ok ? [{ names: [parsed.reference.pulled], sizeBytes: 1 }] : [];
  const { labels, providerID } = scene.nodeSigns ?? {};
  return {
    ...node,
    metadata: { ...node.metadata, labels: { ...node.metadata.labels, ...labels } },
    spec: { ...(providerID !== undefined && { providerID }) },
    status: { ...node.status, images },
  };
}

async function check(scene: Scene, generations: readonly Generation[], configPath: string): Promise<ReportedImage> {
  const { facts, pod } = manifestsOf(scene, generations);
  const input = [...facts, pod].map((object) => JSON.stringify(object)).join('\n---\n');
  let output = '';
  let errors = '';
  await runCheck(['--config', configPath, '-o', 'json', '-'], {
    version: 'scene',
    standardInput: Readable.from([Buffer.from(input)]),
    standardOutput: { write: (text) => (output += text) },
    standardError: { write: (text) => (errors += text) },
    environment,
  });
  const image = (JSON.parse(output) as PullReport).results[0]?.images[0];
  if (image === undefined) throw new Error(`${scene.name}: nothing was checked: ${errors}`);
  return image;
}

async function review(
  scene: Scene,
  generations: readonly Generation[],
  configPath: string,
  directory: string,
): Promise<AdmissionResponse> {
  const { facts: objects, pod } = manifestsOf(scene, generations);
  const factsPath = join(directory, 'facts.yaml');
  writeFileSync(factsPath, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  const read = await readConfig(configPath);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const { config } = read;
  const plugins = await pluginsOf(config);
  const [files, facts] = await Promise.all([readNodeFiles(config), readFileFacts([factsPath], () => config)]);
  if (!files.ok || !facts.ok) throw new Error(`${scene.name}: its files cannot be read`);
  const log = openLog();
  log.level = 'silent';
  const reviews = openReviews({
    configuration: { config, filesNow: async () => files, ...(plugins && { plugins }) },
    facts: facts.facts,
    apiServer: () => [],
    log,
    metrics: openMetrics('scene'),
    version: 'scene',
  });
  try {
    const kind = { group: '', version: 'v1', kind: 'Pod' };
    const about = { uid: 'scene', kind, namespace, name: 'pod', subResource: '', userName: 'someone', isDryRun: false };
    return await reviews.review({ ...about, operation: 'CREATE', object: pod, oldObject: undefined }, 10_000);
  } finally {
    reviews.close();
  }
}

async function pluginsOf({ nodes: { credentialPlugins } }: Config): Promise<CredentialPlugins | undefined> {
  if (credentialPlugins === undefined) return undefined;
  const configured = await configuredPlugins(credentialPlugins, environment.PATH);
  if (!configured.ok) throw new Error(configured.problems.join('\n'));
  return configured.plugins;
}
