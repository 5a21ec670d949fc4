/**
 * Finds the pod spec in a Kubernetes object, and in it everything that decides about pulls: the images with their fields,
 * where the Pods may land, which Secrets they bring. Knows nothing of nodes or Secrets themselves.
 */
import { type Placement, readPlacement } from '../node/placement.ts';
import type { Resources } from '../node/resources.ts';
import { below, type FieldProblem } from '../object/field-problem.ts';
import { type Members, Reader } from '../object/reader.ts';
import { type ImageUse, imageUsesOf, readImages } from './image-use.ts';
import { requestsOf } from './pod-requests.ts';
import { memberOf, type PodSpecAt, podSpecPathText, podSpecsAt } from './pod-spec-path.ts';
import { groupOf, type WorkloadKind } from './workload-kind.ts';

export type Workload = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  /** `metadata.name`, or `generateName` with an asterisk where the API server has not made up the rest yet. */
  readonly name: string;
  /** What the API server makes names from: who creates one after the other this way creates one thing. */
  readonly generateName?: string;
  /** A `pod` runs as it is; of a `template` Pods will be made, and admission adds to them. */
  readonly form: 'pod' | 'template';
  /** Empty for an image reference alone, which no field holds. */
  readonly podSpecPath: string;
  readonly images: readonly ImageUse[];
  readonly placement: Placement;
  /** What one of its Pods asks of a node, whatever RuntimeClass it has. */
  readonly requests: Resources;
  readonly imagePullSecrets: readonly string[];
  readonly serviceAccountName: string;
  /** The member because of which nothing would be pulled now: `replicas: 0`. */
  readonly idleBecause?: 'replicas: 0' | 'parallelism: 0' | 'suspend: true' | 'paused: true';
  /** The owner whose controller made this object. */
  readonly controller?: OwnerReference;
  /** Any owner, be it one that only wants it deleted with itself. */
  readonly isOwned?: true;
  /** A Pod that was created before: the pull Secrets of its account were added then, and no others are now. */
  readonly isStored?: true;
  /** The mirror of a static Pod, which the kubelet runs whatever the API server says (pull-semantics 7.3). */
  readonly isMirrorPod: boolean;
  readonly isBeingDeleted: boolean;
  /** A source of kustomize, which may become something else before it is applied: the kustomization that names it. */
  readonly notRendered?: { readonly kustomization: string };
  /** Further pod specs of the same object, for other Pods: a custom resource may embed several. They hold no others. */
  readonly otherPodSpecs?: readonly Workload[];
};
export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
};

export type ParsedWorkload =
  /** `missing`: pod specs that the object must have by the kinds named, beside those that it has. */
  | { readonly kind: 'workload'; readonly workload: Workload; readonly missing?: readonly FieldProblem[] }
  | { readonly kind: 'not-a-workload' }
  /** A ReplicaSet without a template, or a custom resource whose pod spec stands elsewhere (`workloadRef` of a Rollout). */
  | { readonly kind: 'no-pod-spec' }
  | { readonly kind: 'malformed'; readonly problems: readonly FieldProblem[] };

export type WorkloadDefaults = { readonly kinds: readonly WorkloadKind[]; readonly namespace: string };

type Metadata = {
  readonly name: string;
  readonly generateName: string;
  readonly namespace: string;
  readonly isMirrorPod: boolean;
  readonly deletionTimestamp: string;
  readonly owners: readonly (OwnerReference & { readonly controller: boolean })[];
};

function readMetadata(reader: Reader, of: Members): Metadata {
  return {
    name: reader.text(of, 'name'),
    generateName: reader.text(of, 'generateName'),
    namespace: reader.text(of, 'namespace'),
    isMirrorPod: reader.textMap(of, 'annotations').has('kubernetes.io/config.mirror'),
    deletionTimestamp: reader.text(of, 'deletionTimestamp'),
    owners: reader.structs(of, 'ownerReferences', (owner) => ({
      apiVersion: reader.text(owner, 'apiVersion'),
      kind: reader.text(owner, 'kind'),
      name: reader.text(owner, 'name'),
      uid: reader.text(owner, 'uid'),
      controller: reader.flag(owner, 'controller'),
    })),
  };
}

/** Reads an object of the API or of a manifest. Never throws; what is wrong comes with its field. */
export function parseWorkload(object: unknown, { kinds, namespace }: WorkloadDefaults): ParsedWorkload {
  const [apiVersion, kind] = [memberOf(object, 'apiVersion'), memberOf(object, 'kind')];
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return { kind: 'not-a-workload' };
  const group = groupOf(apiVersion);
  const known = kinds.filter((candidate) => candidate.kind === kind && candidate.group === group);
  return known.length === 0 ? { kind: 'not-a-workload' } : parseKnown(object, { apiVersion, kind, namespace }, known);
}

/** Every pod spec of the object, as one workload. */
export function podSpecsOf(workload: Workload): readonly [Workload, ...Workload[]] {
  return [workload, ...(workload.otherPodSpecs ?? [])];
}

/** That of its pod specs in which a field lies. */
export function podSpecAround(workload: Workload, path: string): Workload {
  return podSpecsOf(workload).find(({ podSpecPath }) => path.startsWith(`${podSpecPath}.`)) ?? workload;
}

type Typed = { readonly apiVersion: string; readonly kind: string; readonly namespace: string };

function parseKnown(object: unknown, typed: Typed, known: readonly WorkloadKind[]): ParsedWorkload {
  const parsed: ParsedPodSpec[] = [];
  const missing: FieldProblem[] = [];
  for (const kind of known) {
    const found = podSpecsAt(object, kind.podSpecPath);
    if (!found.ok) return { kind: 'malformed', problems: [found.problem] };
    if (found.isAbsent && !kind.podSpecIsOptional) missing.push(missingAt(kind));
    parsed.push(...found.specs.map((spec) => parsePodSpec(object, typed, kind, spec)));
  }
  const problems = parsed.flatMap((one) => (one.ok ? [] : one.problems));
  if (problems.length > 0) return { kind: 'malformed', problems: distinct(problems) };
  const [workload, ...otherPodSpecs] = parsed.flatMap((one) => (one.ok ? [one.workload] : []));
  if (workload !== undefined)
    return {
      kind: 'workload',
      workload: { ...workload, ...(otherPodSpecs.length > 0 && { otherPodSpecs }) },
      ...(missing.length > 0 && { missing }),
    };
  // A Rollout may lead to the pod spec of a Deployment, which is an object of its own.
  const isElsewhere = memberOf(memberOf(object, 'spec'), 'workloadRef') !== undefined;
  return missing.length === 0 || isElsewhere ? { kind: 'no-pod-spec' } : { kind: 'malformed', problems: missing };
}

function missingAt({ podSpecPath, missingImage }: WorkloadKind): FieldProblem {
  const isCustom = missingImage !== undefined;
  const remedy = isCustom ? ', or set optional: true for this path in workloadKinds' : '';
  return { path: podSpecPathText(podSpecPath), problem: 'is missing', remedy: `write a pod spec there${remedy}` };
}

/** The parts around the pod specs are read with each of them. */
function distinct(problems: readonly FieldProblem[]): readonly FieldProblem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

type ParsedPodSpec =
  | { readonly ok: true; readonly workload: Workload }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

function parsePodSpec(
  object: unknown,
  typed: Typed,
  { podSpecPath, missingImage }: WorkloadKind,
  { path, value }: PodSpecAt,
): ParsedPodSpec {
  const form = podSpecPath.length === 1 ? 'pod' : 'template';
  const [ofMetadata, ofRollout, ofSpec] = [new Reader(), new Reader(), new Reader()];
  const metadata = readMetadata(ofMetadata, ofMetadata.members(memberOf(object, 'metadata') ?? {}));
  const idleBecause = readIdleReason(
    ofRollout,
    form === 'pod' ? {} : ofRollout.members(memberOf(object, 'spec') ?? {}),
  );
  const spec = ofSpec.members(value);
  const listed = readImages(ofSpec, spec);
  const imagePullSecrets = ofSpec.structs(spec, 'imagePullSecrets', (secret) => ofSpec.text(secret, 'name'));
  // The second one is the deprecated name of the same member (core/v1 conversion).
  const accounts = [ofSpec.text(spec, 'serviceAccountName'), ofSpec.text(spec, 'serviceAccount')];
  const placement = readPlacement(ofSpec, spec);
  const problems = [
    ...ofMetadata.problems.map((problem) => below('metadata', problem)),
    ...ofRollout.problems.map((problem) => below('spec', problem)),
    ...ofSpec.problems.map((problem) => below(path, problem)),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const images = imageUsesOf(listed, path, missingImage);
  if (!images.ok) return images;
  const controller = metadata.owners.find((owner) => owner.controller);
  return {
    ok: true,
    workload: {
      apiVersion: typed.apiVersion,
      kind: typed.kind,
      namespace: metadata.namespace || typed.namespace,
      name: metadata.name || (metadata.generateName && `${metadata.generateName}*`),
      ...(metadata.generateName !== '' && { generateName: metadata.generateName }),
      form,
      podSpecPath: path,
      images: images.uses,
      placement,
      requests: requestsOf(value),
      imagePullSecrets,
      serviceAccountName: accounts.find((name) => name !== '') ?? 'default',
      ...(idleBecause === undefined ? {} : { idleBecause }),
      ...(controller === undefined ? {} : { controller: ownerOf(controller) }),
      ...(metadata.owners.length > 0 && { isOwned: true }),
      isMirrorPod: metadata.isMirrorPod,
      isBeingDeleted: metadata.deletionTimestamp !== '',
    },
  };
}

function ownerOf({ apiVersion, kind, name, uid }: OwnerReference): OwnerReference {
  return { apiVersion, kind, name, uid };
}

/** Members of `spec` that say whether anything runs now. Of other kinds than the built-in ones they mean what they say, too. */
function readIdleReason(reader: Reader, spec: Members): Workload['idleBecause'] {
  const [replicas, parallelism] = [reader.number(spec, 'replicas'), reader.number(spec, 'parallelism')];
  const [isSuspended, isPaused] = [reader.flag(spec, 'suspend'), reader.flag(spec, 'paused')];
  if (replicas === 0) return 'replicas: 0';
  if (parallelism === 0) return 'parallelism: 0';
  if (isSuspended) return 'suspend: true';
  return isPaused ? 'paused: true' : undefined;
}
