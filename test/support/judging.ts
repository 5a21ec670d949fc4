import { type Content, wantedKey } from '../../src/core/content/content.ts';
import { pullContent } from '../../src/core/content/pull-content.ts';
import type { Credential } from '../../src/core/credential/credential.ts';
import type { PullSecret } from '../../src/core/credential/pull-secret.ts';
import { parseLocation } from '../../src/core/credential/registry-key.ts';
import type { Absence, Attempt, Evidence, FoundImage, Refusal, Saw } from '../../src/core/evidence/evidence.ts';
import type { AffectedNodes, Finding } from '../../src/core/finding/finding.ts';
import { type JudgedWorkload, type JudgingSettings, judgeWorkload } from '../../src/core/finding/judge-workload.ts';
import type { JudgedImage } from '../../src/core/finding/judged-image.ts';
import type { Node } from '../../src/core/node/node.ts';
import { type PlannedPull, type PlanSettings, planPulls, type WorkloadPlan } from '../../src/core/pull/plan.ts';
import type { Assumptions, RegistryRule } from '../../src/core/pull/settings.ts';
import type { SecretLookup, World } from '../../src/core/pull/world.ts';
import { parseWorkload, type Workload } from '../../src/core/workload/workload.ts';
import { builtInWorkloadKinds } from '../../src/core/workload/workload-kind.ts';
import { asRoot, type DescriptorJson, type Repository } from '../core/content/repository.ts';
import { aNode, type NodeParts } from '../core/node/builders.ts';

export const registryHost = 'registry.example.com';
export const image = `${registryHost}/team/app:1`;

export function workloadOf(object: object): Workload {
  const parsed = parseWorkload(object, { kinds: builtInWorkloadKinds, namespace: 'shop' });
  if (parsed.kind !== 'workload') throw new Error(JSON.stringify(parsed));
  return parsed.workload;
}

/** One container with this image; `spec` and `container` hold further members. */
export function aPod(written = image, spec: object = {}, container: object = {}): Workload {
  return workloadOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: podSpec(written, spec, container),
  });
}

export function aDeployment(written = image, spec: object = {}, container: object = {}, more: object = {}): Workload {
  const template = { spec: podSpec(written, spec, container) };
  return workloadOf({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { template, ...more },
  });
}

function podSpec(written: string, spec: object, container: object): object {
  return { containers: [{ name: 'app', image: written, ...container }], ...spec };
}

export type NodeWords = {
  readonly architecture?: string;
  readonly os?: string;
  readonly runtime?: string;
  readonly kubelet?: string;
  readonly images?: readonly string[];
} & Pick<NodeParts, 'labels' | 'taints' | 'unschedulable' | 'allocatable' | 'conditions'>;

/** linux/amd64, containerd 2.2 and kubelet 1.33 by default. */
export function aWorker(name: string, words: NodeWords = {}): Node {
  const {
    architecture = 'amd64',
    os = 'linux',
    runtime = 'containerd://2.2.0',
    kubelet = 'v1.33.0',
    images,
    ...parts
  } = words;
  const nodeInfo = { architecture, operatingSystem: os, containerRuntimeVersion: runtime, kubeletVersion: kubelet };
  return aNode(name, { ...parts, nodeInfo, images: [{ names: images ?? [] }] });
}

export type WorldWords = Partial<Omit<World, 'nodes' | 'secretNamed'>> & {
  readonly nodes?: World['nodes'] | readonly Node[];
  readonly secrets?: readonly PullSecret[];
  /** Name of a Secret that could not be read, and why. */
  readonly unread?: Readonly<Record<string, string>>;
};

/** Two equal nodes, and an account that lists nothing. Secrets that are not named do not exist. */
export function aWorld({
  nodes = [aWorker('a'), aWorker('b')],
  secrets = [],
  unread = {},
  ...rest
}: WorldWords = {}): World {
  return {
    nodes: 'kind' in nodes ? nodes : { kind: 'nodes', nodes },
    serviceAccount: anAccount(),
    secretNamed: (name): SecretLookup => {
      const why = Object.hasOwn(unread, name) ? unread[name] : undefined;
      if (why !== undefined) return { kind: 'unknown', why };
      const secret = secrets.find((candidate) => candidate.name === name);
      return secret === undefined ? { kind: 'absent' } : { kind: 'found', secret };
    },
    ...rest,
  };
}

export function anAccount(imagePullSecrets: readonly string[] = []): World['serviceAccount'] {
  return { kind: 'found', account: { name: 'default', imagePullSecrets, enforcesMountableSecrets: false } };
}

/** Everything is as it may be for a denial. */
export const settledAssumptions: Assumptions = {
  nodeCredentials: 'none',
  mirrors: 'none',
  preloaded: 'none',
  imageRewriting: 'none',
  nodes: 'unknown',
  facts: 'partial',
};

export function planSettings(part: Partial<PlanSettings> = {}): PlanSettings {
  return {
    assume: settledAssumptions,
    inspect: 'platform',
    registries: [],
    nodeKeyrings: [],
    hosts: undefined,
    isAdmitted: true,
    ...part,
  };
}

export function aRule(match: string, part: Omit<RegistryRule, 'match'> = {}): RegistryRule {
  const location = parseLocation(match);
  if (location === undefined) throw new Error(match);
  return { match: location, ...part };
}

/** The plan of the first image, which must be a pull. */
export function firstPull({ images: [first] }: Pick<WorkloadPlan, 'images'>): PlannedPull {
  if (first?.kind !== 'pull') throw new Error(`no pull, but ${first?.kind}`);
  return first;
}

/** What a registry was seen to do, by attempts. */
export function evidenceOf(...attempts: readonly Attempt[]): Evidence {
  return { attempts, ageMs: 0 };
}

/** An attempt that ended without an image. */
export function saw(seen: Saw, credential?: Credential): Attempt {
  return { sightings: [{ host: registryHost, saw: seen }], ...(credential && { credential }) };
}

/** Absent twice, in a registry's own words, and the tag is not listed. */
export function absent(part: Partial<Absence> = {}): Absence {
  const tags = { kind: 'listed', tags: ['1.0', '2'], isComplete: true, hasTag: false } as const;
  return { kind: 'absent', secondLook: 'absent-too', tags, wasChallenged: false, ...part };
}

/** Nobody was refused, twice, after a challenge. */
export function refused(part: Partial<Refusal> = {}): Refusal {
  return {
    kind: 'refused',
    at: 'registry',
    status: 401,
    presentedPassword: false,
    acceptedLogin: false,
    secondLook: 'refused-too',
    blamesAddress: false,
    ...part,
  };
}

/** A password was sent and refused. */
export function rejected(part: Partial<Refusal> = {}): Refusal {
  return refused({ at: 'token-server', presentedPassword: true, secondLook: 'not-taken', ...part });
}

/** An attempt that resolved, with all that the plan's nodes want to know of the image. */
export function found(
  plan: Pick<PlannedPull, 'routes'>,
  repository: Repository,
  rootJson: DescriptorJson,
  part: Partial<FoundImage> = {},
): Attempt & { readonly found: FoundImage } {
  const root = asRoot(rootJson);
  const contents = new Map<string, Content>();
  for (const { platform, puller } of plan.routes.flatMap(({ viewers }) => viewers))
    for (;;) {
      const outcome = pullContent(root, (wanted) => contents.get(wantedKey(wanted)), platform, puller);
      if (outcome.kind !== 'needs') break;
      for (const wanted of outcome.wanted) contents.set(wantedKey(wanted), repository.read(wanted));
    }
  return {
    sightings: [{ host: registryHost, saw: { kind: 'manifest' } }],
    found: { host: registryHost, root, isVerified: true, contents, ...part },
  };
}

/** Each credential of the plan is refused in its turn, or nobody is. */
export function refusing({ credentials }: PlannedPull): Evidence {
  if (credentials.length === 0) return evidenceOf(saw(refused()));
  return evidenceOf(...credentials.map((credential) => saw(rejected(), credential)));
}

/** Whatever credential is tried, the registry does this. */
export function always(seen: Saw): (plan: PlannedPull) => Evidence {
  return ({ credentials }) => evidenceOf(...credentials.map((credential) => saw(seen, credential)));
}

/** 2026-01-01 */
export const nowMs = 1_767_225_600_000;

/** The nodes of `aWorld`. */
export const onBothNodes: AffectedNodes = { failing: 2, candidates: 2, names: ['a', 'b'] };

export type Scene = {
  readonly workload?: Workload;
  readonly world?: World;
  readonly settings?: Partial<PlanSettings>;
  readonly judging?: Partial<JudgingSettings>;
  /** The same for each route of the plan. */
  readonly evidence?: Evidence | ((plan: PlannedPull) => Evidence);
};

export function judge({
  workload = aPod(),
  world = aWorld(),
  settings = {},
  judging = {},
  evidence,
}: Scene): JudgedWorkload {
  const plan = planPulls(workload, world, planSettings(settings));
  const assume = settings.assume ?? settledAssumptions;
  return judgeWorkload(
    plan,
    (pull) => {
      if (pull.kind !== 'pull') return [];
      const seen = typeof evidence === 'function' ? evidence(pull) : evidence;
      if (seen === undefined) throw new Error('a pull without evidence');
      return pull.routes.map(() => seen);
    },
    { nowMs, assume, beforeDenial: () => ({}), ...judging },
  );
}

export function judgeFirst(scene: Scene): JudgedImage {
  const [first] = judge(scene).images;
  if (first === undefined) throw new Error('no image');
  return first;
}

/** `manifest-not-found certain` */
export function inShort(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ code, certainty }) => `${code} ${certainty}`);
}
