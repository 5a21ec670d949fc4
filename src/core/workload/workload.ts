/**
 * Finds the pod spec in a Kubernetes object, and in it everything that decides about pulls: the images with their fields,
 * where the Pods may land, which Secrets they bring. Knows nothing of nodes or Secrets themselves.
 */
import * as z from 'zod';
import { type Placement, placementSchema } from '../node/placement.ts';
import { flag, listOf, structOf, text, textMap } from '../object/api-json.ts';
import { below, type FieldProblem, fieldProblemsOf } from '../object/field-problem.ts';
import { type ImageUse, imagesSchema, imageUsesOf } from './image-use.ts';
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
  readonly podSpecPath: string;
  readonly images: readonly ImageUse[];
  readonly placement: Placement;
  readonly imagePullSecrets: readonly string[];
  readonly serviceAccountName: string;
  /** The member because of which nothing would be pulled now: `replicas: 0`. */
  readonly idleBecause?: 'replicas: 0' | 'parallelism: 0' | 'suspend: true' | 'paused: true';
  /** The owner whose controller made this object. */
  readonly controller?: OwnerReference;
  /** The mirror of a static Pod, which the kubelet runs whatever the API server says (pull-semantics 7.3). */
  readonly isMirrorPod: boolean;
  readonly isBeingDeleted: boolean;
};
export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
};

export type ParsedWorkload =
  | { readonly kind: 'workload'; readonly workload: Workload }
  | { readonly kind: 'not-a-workload' }
  /** A ReplicaSet without a template, or a custom resource whose pod spec stands elsewhere (`workloadRef` of a Rollout). */
  | { readonly kind: 'no-pod-spec' }
  | { readonly kind: 'malformed'; readonly problems: readonly FieldProblem[] };

export type WorkloadDefaults = { readonly kinds: readonly WorkloadKind[]; readonly namespace: string };

const envelope = z.object({ apiVersion: z.string(), kind: z.string() });

const metadataSchema = structOf(
  z.object({
    name: text,
    generateName: text,
    namespace: text,
    annotations: textMap,
    deletionTimestamp: text,
    ownerReferences: listOf(
      structOf(z.object({ apiVersion: text, kind: text, name: text, uid: text, controller: flag })),
    ),
  }),
);

/** Members of `spec` that say whether anything runs now. Of other kinds than the built-in ones they mean what they say, too. */
const rolloutSchema = structOf(
  z.object({ replicas: z.number().nullish(), parallelism: z.number().nullish(), suspend: flag, paused: flag }),
);

const podSpecSchema = imagesSchema.extend({
  imagePullSecrets: listOf(structOf(z.object({ name: text }))),
  serviceAccountName: text,
  /** The deprecated name of the same member (core/v1 conversion). */
  serviceAccount: text,
});

/** Reads an object of the API or of a manifest. Never throws; what is wrong comes with its field. */
export function parseWorkload(object: unknown, { kinds, namespace }: WorkloadDefaults): ParsedWorkload {
  const typed = envelope.safeParse(object);
  if (!typed.success) return { kind: 'not-a-workload' };
  const { apiVersion, kind } = typed.data;
  const group = groupOf(apiVersion);
  const known = kinds.find((candidate) => candidate.kind === kind && candidate.group === group);
  return known === undefined ? { kind: 'not-a-workload' } : parseKnown(object, { apiVersion, kind, namespace }, known);
}

type Typed = { readonly apiVersion: string; readonly kind: string; readonly namespace: string };

function parseKnown(object: unknown, typed: Typed, { podSpecPath, podSpecIsOptional }: WorkloadKind): ParsedWorkload {
  const path = podSpecPath.join('.');
  const found = memberAt(object, podSpecPath);
  if (!found.ok) return { kind: 'malformed', problems: [found.problem] };
  if (found.value === undefined)
    return podSpecIsOptional
      ? { kind: 'no-pod-spec' }
      : { kind: 'malformed', problems: [{ path, problem: 'is missing', remedy: 'write a pod spec there' }] };
  const form = podSpecPath.length === 1 ? 'pod' : 'template';
  const metadata = metadataSchema.safeParse(memberOf(object, 'metadata'));
  const rollout = rolloutSchema.safeParse(form === 'pod' ? {} : memberOf(object, 'spec'));
  const spec = podSpecSchema.safeParse(found.value);
  const placement = placementSchema.safeParse(found.value);
  if (!metadata.success || !rollout.success || !spec.success || !placement.success)
    return {
      kind: 'malformed',
      problems: [
        ...problemsOf(metadata, memberOf(object, 'metadata'), 'metadata'),
        ...problemsOf(rollout, memberOf(object, 'spec'), 'spec'),
        ...problemsOf(spec, found.value, path),
        ...problemsOf(placement, found.value, path),
      ],
    };
  const images = imageUsesOf(spec.data, path);
  if (!images.ok) return { kind: 'malformed', problems: images.problems };
  const idleBecause = idleReason(rollout.data);
  const controller = metadata.data.ownerReferences.find((owner) => owner.controller);
  return {
    kind: 'workload',
    workload: {
      apiVersion: typed.apiVersion,
      kind: typed.kind,
      namespace: metadata.data.namespace || typed.namespace,
      name: metadata.data.name || (metadata.data.generateName && `${metadata.data.generateName}*`),
      ...(metadata.data.generateName !== '' && { generateName: metadata.data.generateName }),
      form,
      podSpecPath: path,
      images: images.uses,
      placement: placement.data,
      imagePullSecrets: spec.data.imagePullSecrets.map(({ name }) => name),
      serviceAccountName: spec.data.serviceAccountName || spec.data.serviceAccount || 'default',
      ...(idleBecause === undefined ? {} : { idleBecause }),
      ...(controller === undefined ? {} : { controller: ownerOf(controller) }),
      isMirrorPod: metadata.data.annotations.has('kubernetes.io/config.mirror'),
      isBeingDeleted: metadata.data.deletionTimestamp !== '',
    },
  };
}

function ownerOf({ apiVersion, kind, name, uid }: OwnerReference): OwnerReference {
  return { apiVersion, kind, name, uid };
}

function idleReason({
  replicas,
  parallelism,
  suspend,
  paused,
}: z.output<typeof rolloutSchema>): Workload['idleBecause'] {
  if (replicas === 0) return 'replicas: 0';
  if (parallelism === 0) return 'parallelism: 0';
  if (suspend) return 'suspend: true';
  return paused ? 'paused: true' : undefined;
}

type Found = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: FieldProblem };

/** Null is absent, as in the API server. */
function memberAt(object: unknown, path: readonly string[]): Found {
  let value = object;
  for (const [depth, name] of path.entries()) {
    value = memberOf(value, name);
    if (value === undefined) return { ok: true, value: undefined };
    if (typeof value !== 'object' || Array.isArray(value)) {
      const problem = `must be an object, but is ${Array.isArray(value) ? 'an array' : `a ${typeof value}`}`;
      return { ok: false, problem: { path: path.slice(0, depth + 1).join('.'), problem, remedy: 'write a mapping' } };
    }
  }
  return { ok: true, value };
}

function memberOf(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, name)) return undefined;
  return (object as Readonly<Record<string, unknown>>)[name] ?? undefined;
}

function problemsOf(result: z.ZodSafeParseResult<unknown>, value: unknown, path: string): readonly FieldProblem[] {
  return result.success ? [] : fieldProblemsOf(result.error, value).map((problem) => below(path, problem));
}
