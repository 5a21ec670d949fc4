import type { Finding, FindingDetail, NotExamined } from '../../src/core/finding/finding.ts';
import type { Platform } from '../../src/core/image/platform.ts';
import { defaultAssumptions } from '../../src/core/pull/settings.ts';
import type { Depth } from '../../src/core/registry/inspect.ts';
import { levelsWith } from '../../src/core/verdict/verdict.ts';
import { parseWorkload, type Workload } from '../../src/core/workload/workload.ts';
import { builtInWorkloadKinds } from '../../src/core/workload/workload-kind.ts';
import { type Prediction, type PredictSettings, predict } from '../../src/predict.ts';
import { FileFacts } from '../../src/sources/facts/file-facts.ts';
import type { Carrier } from '../../src/sources/registry/carrier.ts';
import { pullInspector } from '../../src/sources/registry/inspect-pull.ts';

export type Given = {
  readonly carrier: Pick<Carrier, 'send' | 'evidence' | 'known'>;
  /** Of the registry that answers for `registry.example.com`. */
  readonly url: string;
  readonly images?: readonly string[];
  readonly inspect?: Depth;
  /** Of the nodes; none is known where there are none. */
  readonly platforms?: readonly Platform[];
  /** Version of containerd on Node objects instead of platforms. */
  readonly containerd?: string;
  /** Login of the pull secret of the Pod. */
  readonly login?: { readonly username: string; readonly password: string };
  readonly signal?: AbortSignal;
};

export const amd64: Platform = { os: 'linux', architecture: 'amd64' };

/** A Pod in a world in which everything is known, and nothing but its registry is to blame. */
export function predicting(given: Given): Promise<Prediction> {
  const { carrier, url, inspect = 'resolve', signal = new AbortController().signal } = given;
  const facts = factsFrom(given);
  const settings = settingsFor(url, inspect);
  const sources = {
    worldOf: async (workload: Workload) => facts.worldOf(workload),
    inspectPull: pullInspector(carrier, []),
    known: carrier.known,
  };
  return predict(podOf(given), sources, settings, signal);
}

/** One object each, as a webhook has them: what is known of images is remembered by them. */
const made = new Map<string, PredictSettings>();

function settingsFor(url: string, inspect: Depth): PredictSettings {
  const files = new Map([['/certs.d', new Map([['registry.example.com/hosts.toml', `server = "${url}"`]])]]);
  const settings = made.get(`${url} ${inspect}`) ?? {
    assume: { ...defaultAssumptions, nodeCredentials: 'none' as const },
    inspect,
    registries: [],
    nodeKeyrings: [],
    hosts: { configPath: '/certs.d', files },
    isAdmitted: false,
    levelOf: levelsWith(new Map()),
    judging: { beforeDenial: () => ({}) },
  };
  made.set(`${url} ${inspect}`, settings);
  return settings;
}

function factsFrom({ platforms, containerd, login }: Given): FileFacts {
  const facts = new FileFacts({ namespace: 'shop', completeness: 'complete', ...(platforms && { platforms }) });
  if (login !== undefined) {
    const config = JSON.stringify({ auths: { 'registry.example.com': login } });
    facts.add({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'regcred', creationTimestamp: '2020-01-01T00:00:00Z' },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': btoa(config) },
    });
  }
  if (containerd !== undefined) {
    const labels = { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };
    const nodeInfo = {
      operatingSystem: 'linux',
      architecture: 'amd64',
      containerRuntimeVersion: `containerd://${containerd}`,
      kubeletVersion: 'v1.34.0',
    };
    facts.add({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node', labels }, status: { nodeInfo } });
  }
  return facts;
}

function podOf({ images = ['registry.example.com/team/app:1'], login }: Given): Workload {
  const containers = images.map((image, number) => ({ name: `c${number}`, image, imagePullPolicy: 'Always' }));
  const imagePullSecrets = login === undefined ? [] : [{ name: 'regcred' }];
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers, imagePullSecrets } };
  const parsed = parseWorkload(pod, { kinds: builtInWorkloadKinds, namespace: 'shop' });
  if (parsed.kind !== 'workload') throw new Error(JSON.stringify(parsed));
  return parsed.workload;
}

/** `unpullable: manifest-not-found certain`, `unconfirmed: registry-error unconfirmed status 500`. */
export function inShortOf({ images, findings }: Prediction): readonly string[] {
  const ofImages = images.map((image) => [`${image.outcome}:`, ...image.findings.map(findingInShort)].join(' '));
  return [...ofImages, ...findings.map(findingInShort)];
}

function findingInShort(finding: Finding): string {
  return [finding.code, finding.certainty, ...whyOf(finding)].join(' ');
}

function whyOf(detail: FindingDetail): readonly string[] {
  if (detail.code === 'registry-error') return Object.values(detail.cause).map(String);
  if (detail.code === 'registry-unreachable') return [detail.cause];
  if (detail.code === 'registry-not-examined') return [whyNotExamined(detail.why)];
  if (detail.code === 'rate-limited') return detail.retryAfterMs === undefined ? [] : [`${detail.retryAfterMs} ms`];
  if (detail.code === 'unsupported-manifest') return [detail.problem.kind];
  if (detail.code === 'manifest-not-found') return detail.nearest;
  return detail.code === 'incomplete-image' ? [detail.missing] : [];
}

function whyNotExamined(why: NotExamined): string {
  if (typeof why === 'string') return why;
  return why.kind === 'not-rendered' ? why.kind : `${why.kind} ${why.objection} ${why.tokenServer}`;
}
