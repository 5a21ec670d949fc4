/**
 * What the kubelets would try for each image of a workload, before any registry is asked: which images are pulled at all,
 * through which endpoints, with which credentials in which order, and for which kinds of nodes.
 */

import type { Credential, SecretName } from '../credential/credential.ts';
import type { UndecodableDockerConfig } from '../credential/docker-config.ts';
import { lookUp } from '../credential/keyring.ts';
import { type PluginAnswer, pluginKeyringOf } from '../credential/plugin-answer.ts';
import { lookUpCredentials, type PodKeyring, podKeyringOf } from '../credential/pod-keyring.ts';
import type { PullSecret } from '../credential/pull-secret.ts';
import { readableOf, whyNotRead } from '../credential/secret-limits.ts';
import { namesToRead, type PodPullSecrets, pullSecretNamesOf } from '../credential/service-account.ts';
import type { UnrenderedSecret } from '../credential/unrendered-secret.ts';
import type { ImageReference, ParsedReference } from '../image/reference.ts';
import { type Presence, presenceOf } from '../node/presence.ts';
import { isLoopbackReference } from '../registry/loopback.ts';
import type { ImageUse, NotRendered } from '../workload/image-use.ts';
import type { Workload } from '../workload/workload.ts';
import { type Candidates, candidatesOf } from './node-views.ts';
import { type PullTerms, pullTermsOf } from './pull-terms.ts';
import { type HostsGiven, type Route, routesOf } from './route.ts';
import { type PullSettings, type RegistrySettings, registrySettingsOf } from './settings.ts';
import type { OpenSecret, World } from './world.ts';

export type WorkloadPlan = {
  readonly workload: Workload;
  readonly world: Pick<World, 'nodes' | 'images' | 'growth' | 'admission'>;
  /** Pods may be changed on their way into the cluster: it is a template, or no API server has seen it yet. */
  readonly mayBeMutated: boolean;
  readonly candidates: Candidates;
  readonly secrets: SecretsSeen;
  /** Absent where its images are to be planned, whatever is known of them. */
  readonly terms?: PullTerms;
  readonly images: readonly ImagePlan[];
};

/** The pull Secrets of the Pods, as far as they could be read. */
export type SecretsSeen = {
  readonly keyring: PodKeyring;
  readonly found: readonly PullSecret[];
  readonly absent: readonly string[];
  /** `open`: the manifests hold it, but not what it will be. */
  readonly unread: readonly { readonly name: string; readonly why: string; readonly open?: OpenSecret }[];
  /** Those of `unread` that manifests hold encrypted, or as a template. */
  readonly unrendered: readonly { readonly secret: SecretName; readonly why: UnrenderedSecret }[];
  /** What may exist though we were not given it: names of Secrets. */
  readonly notGiven: readonly string[];
  /** The Pods may bring Secrets of an account that we were not given. */
  readonly notGivenAccount?: string;
  /** The Pods may bring Secrets of an account that could not be read. */
  readonly unreadAccount?: { readonly name: string; readonly why?: string };
  /** The Pods may bring Secrets of an account that does not exist; before it does, none of them can be created. */
  readonly absentAccount?: string;
};

export type ImagePlan =
  | { readonly kind: 'refused-name'; readonly use: ImageUse; readonly parsed: RefusedReference }
  /** An image volume that nothing mounts: whatever becomes of it, no container waits for it. */
  | { readonly kind: 'not-needed'; readonly use: ImageUse }
  /** A manifest names something else than what will be applied. */
  | { readonly kind: 'not-rendered'; readonly use: ImageUse; readonly because: NotRendered }
  /** More images than one review looks at. */
  | { readonly kind: 'beyond-limit'; readonly use: ImageUse }
  | { readonly kind: 'never'; readonly use: ImageUse; readonly presence: Presence }
  /** IfNotPresent, and every candidate reports it. */
  | { readonly kind: 'present'; readonly use: ImageUse }
  /** It was found to be pullable by Pods of the same terms, and what was found is still valid. */
  | { readonly kind: 'known'; readonly use: ImageUse }
  | UndecodableSecretPlan
  | {
      readonly kind: 'not-examined';
      readonly use: ImageUse;
      readonly reference: ImageReference;
      readonly why: NotExaminedWhy;
    }
  | PlannedPull;
type RefusedReference = Extract<ParsedReference, { ok: false }>;

/** A Secret of the Pod that the kubelet cannot decode: no image is pulled. */
export type UndecodableSecretPlan = {
  readonly kind: 'undecodable-secret';
  readonly use: ImageUse;
  readonly reference: ImageReference;
  readonly presence: Presence;
  readonly secret: SecretName;
  readonly config: UndecodableDockerConfig;
};

export type NotExaminedWhy =
  /** The node itself is asked, and we are not there. */
  | 'loopback'
  | 'skipped'
  /** `image: auto`, which an injector replaces. */
  | 'injected'
  /** containerd's host configuration names files that we were not given. */
  | 'unknown-endpoints'
  /** containerd's host configuration cannot be used as it is: pulls fail on the node that has it. */
  | 'unusable-endpoints';

export type PlannedPull = {
  readonly kind: 'pull';
  readonly use: ImageUse;
  readonly reference: ImageReference;
  readonly presence: Presence;
  readonly registry: RegistrySettings;
  readonly credentials: readonly Credential[];
  /** The kubelet's order of them is random (pull-semantics 3.5). */
  readonly anyOrder: boolean;
  /** Of the kubelet's plugins that are for this image. */
  readonly plugins: readonly PluginAnswer[];
  /** No node tries them. */
  readonly examiner: readonly Credential[];
  readonly routes: readonly [Route, ...Route[]];
  /** The host configuration of the nodes was given, be it about this registry or not. */
  readonly hostsAreGiven: boolean;
};

export type PlanSettings = PullSettings & {
  readonly hosts: HostsGiven;
  /** The object went through admission: a Pod is as it will run. */
  readonly isAdmitted: boolean;
  /** Of one workload so many image uses are examined, in their order; all of them, if absent (contract §5). */
  readonly mostImageUses?: number;
};

export type PlanBeside = {
  /** Image uses of the same workload that count before these. */
  readonly usesBefore?: number;
  /** Whether an image that would be pulled is known to be pullable on these terms. */
  readonly isKnown?: (use: ImageUse, terms: PullTerms) => boolean;
};

export function planPulls(
  workload: Workload,
  world: World,
  settings: PlanSettings,
  { usesBefore = 0, isKnown }: PlanBeside = {},
): WorkloadPlan {
  const candidates = candidatesOf(workload, world, settings.isAdmitted);
  const secrets = secretsOf(workload, world);
  // Webhooks and policies see Pods, so that a template keeps what it was written with, whoever admitted it.
  const mayBeMutated = workload.form === 'template' || !settings.isAdmitted;
  const terms = isKnown && pullTermsOf(candidates, secrets.keyring, settings, mayBeMutated);
  const planning: PlanContext = {
    candidates,
    secrets,
    world,
    settings,
    mayBeMutated,
    isKnown: (use) => terms !== undefined && isKnown?.(use, terms) === true,
  };
  const { mostImageUses = Number.POSITIVE_INFINITY } = settings;
  const images = workload.images.map(
    (use, index): ImagePlan =>
      usesBefore + index < mostImageUses ? planImage(use, planning) : { kind: 'beyond-limit', use },
  );
  return { workload, world, candidates, secrets, images, mayBeMutated, ...(terms !== undefined && { terms }) };
}

type PlanContext = {
  readonly candidates: Candidates;
  readonly secrets: SecretsSeen;
  readonly world: World;
  readonly settings: PlanSettings;
  readonly mayBeMutated: boolean;
  readonly isKnown: (use: ImageUse) => boolean;
};

function planImage(use: ImageUse, planning: PlanContext): ImagePlan {
  const { parsed, isNeeded, pullPolicy, notRendered } = use;
  if (!isNeeded) return { kind: 'not-needed', use };
  if (notRendered !== undefined) return { kind: 'not-rendered', use, because: notRendered };
  if (!parsed.ok) return { kind: 'refused-name', use, parsed };
  const { reference } = parsed;
  if (mustBePulled(use, reference, planning.candidates) && planning.isKnown(use)) return { kind: 'known', use };
  const presence = presenceAmong(reference, planning.candidates);
  if (pullPolicy === 'Never') return { kind: 'never', use, presence };
  if (pullPolicy === 'IfNotPresent' && presence.kind === 'everywhere' && !mayBeVerified(presence))
    return { kind: 'present', use };
  return planPull({ use, reference, presence }, planning);
}

/** By some candidate at least, whatever else is known of it. */
function mustBePulled({ pullPolicy }: ImageUse, { pulled }: ImageReference, candidates: Candidates): boolean {
  if (pullPolicy !== 'IfNotPresent') return pullPolicy === 'Always';
  const nodes = candidates.kind === 'groups' ? candidates.nodes : undefined;
  return nodes?.some(({ imageNames }) => !imageNames.has(pulled)) ?? true;
}

function presenceAmong({ pulled }: ImageReference, candidates: Candidates): Presence {
  return candidates.kind === 'groups' && candidates.nodes
    ? presenceOf([pulled], candidates.nodes)
    : { kind: 'nowhere' };
}

/** From 1.35 on a kubelet asks who may use an image that it pulled itself for somebody else (pull-semantics 2.5). */
function mayBeVerified(presence: Exclude<Presence, { kind: 'nowhere' }>): boolean {
  return presence.reporting.some(({ kubelet }) => kubelet.kind === 'known' && kubelet.minor >= 35);
}

type Wanted = Pick<PlannedPull, 'use' | 'reference' | 'presence'>;

function planPull(wanted: Wanted, planning: PlanContext): ImagePlan {
  const { candidates, secrets, world, settings } = planning;
  const { use, reference } = wanted;
  const plugins = world.pluginAnswersFor?.(reference.name) ?? [];
  const nodeKeyrings =
    plugins.length === 0 ? settings.nodeKeyrings : [...settings.nodeKeyrings, pluginKeyringOf(plugins)];
  const lookup = lookUpCredentials(secrets.keyring, nodeKeyrings, reference.name);
  if (lookup.kind === 'undecodable')
    return { kind: 'undecodable-secret', ...wanted, secret: lookup.secret, config: lookup };
  const registry = registrySettingsOf(reference.name, settings);
  const why = notExaminedWhy(reference, registry, planning);
  if (why !== undefined) return { kind: 'not-examined', use, reference, why };
  const planned = routesOf(reference, candidates, registry, settings.hosts);
  if (planned.kind === 'unknown') return { kind: 'not-examined', use, reference, why: 'unknown-endpoints' };
  if (planned.kind === 'pull-fails') return { kind: 'not-examined', use, reference, why: 'unusable-endpoints' };
  const { credentials, anyOrder } = lookup;
  const { examinerKeyring } = settings;
  const examiner = examinerKeyring === undefined ? [] : lookUp([examinerKeyring], reference.name).credentials;
  const { routes } = planned;
  const hostsAreGiven = settings.hosts !== undefined;
  return { kind: 'pull', ...wanted, registry, credentials, anyOrder, plugins, examiner, routes, hostsAreGiven };
}

function notExaminedWhy(
  { raw, registry: host }: ImageReference,
  { skip }: RegistrySettings,
  { mayBeMutated }: PlanContext,
): NotExaminedWhy | undefined {
  if (raw === 'auto' && mayBeMutated) return 'injected';
  if (isLoopbackReference(host)) return 'loopback';
  return skip ? 'skipped' : undefined;
}

const openSecretTexts: Readonly<Record<OpenSecret, string>> = {
  encrypted: 'encrypted in the input',
  template: 'a template in the input',
  contradictory: 'several different ones in the input',
};

function secretsOf(workload: Workload, world: World): SecretsSeen {
  const { namespace, imagePullSecrets, serviceAccountName, isStored } = workload;
  const named: PodPullSecrets = isStored
    ? { kind: 'names', names: imagePullSecrets, from: 'pod' }
    : pullSecretNamesOf(workload, world.serviceAccount);
  const names = named.kind === 'names' ? namesToRead(named.names) : namesToRead(imagePullSecrets);
  const looked = [...new Set(names)].map((name) => ({ name, lookup: world.secretNamed(name) }));
  const byName = new Map(looked.map(({ name, lookup }) => [name, lookup]));
  const found = names.flatMap((name) => {
    const lookup = byName.get(name);
    return lookup?.kind === 'found' ? [lookup.secret] : [];
  });
  const readable = readableOf(found);
  const read = found.filter((secret) => readable.has(secret));
  return {
    keyring: podKeyringOf(read),
    found: read,
    absent: looked.flatMap(({ name, lookup }) => (lookup.kind === 'absent' ? [name] : [])),
    unread: looked.flatMap(({ name, lookup }) => {
      if (lookup.kind === 'unknown') return [{ name, why: lookup.why }];
      if (lookup.kind === 'found') return readable.has(lookup.secret) ? [] : [{ name, why: whyNotRead }];
      return lookup.kind === 'open' ? [{ name, why: openSecretTexts[lookup.why], open: lookup.why }] : [];
    }),
    unrendered: looked.flatMap(({ name, lookup }) =>
      lookup.kind === 'open' && lookup.why !== 'contradictory'
        ? [{ secret: { namespace, name }, why: lookup.why }]
        : [],
    ),
    notGiven: looked.flatMap(({ name, lookup }) => (lookup.kind === 'not-given' ? [name] : [])),
    ...(named.kind === 'account-unknown' && unknownAccountOf(named.serviceAccountName, world)),
    ...(world.serviceAccount.kind === 'absent' &&
      !isStored &&
      bringsSecretsOf(serviceAccountName, imagePullSecrets) && { absentAccount: serviceAccountName }),
  };
}

function unknownAccountOf(
  name: string,
  { serviceAccount }: World,
): Pick<SecretsSeen, 'notGivenAccount' | 'unreadAccount'> {
  if (serviceAccount.kind === 'not-given') return { notGivenAccount: name };
  const why = serviceAccount.kind === 'unknown' ? serviceAccount.why : undefined;
  return { unreadAccount: { name, ...(why !== undefined && { why }) } };
}

/** Those of the Pod keep the account's away. The account `default` is made with every namespace, and lists none. */
function bringsSecretsOf(serviceAccountName: string, imagePullSecrets: readonly string[]): boolean {
  return serviceAccountName !== 'default' && imagePullSecrets.length === 0;
}
