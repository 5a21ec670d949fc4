import { z } from 'zod';
import { parseGoBool } from '../go/bool.ts';
import { textMap } from '../object/api-json.ts';
import { type FieldProblem, fieldProblem, fieldProblemsOf } from '../object/field-problem.ts';
import { schemaWhenUsed } from '../object/schema-when-used.ts';

/**
 * Which pull secrets a Pod has once it is stored (pull-semantics 3.1; plugin/pkg/admission/serviceaccount). The API
 * server copies the account's list when a Pod is created and never into templates, so for a template the rule is
 * applied to the account as it is now.
 */
export type ServiceAccount = {
  readonly namespace?: string;
  readonly name: string;
  readonly imagePullSecrets: readonly string[];
  /**
   * Annotation `kubernetes.io/enforce-mountable-secrets`: a Pod may name only pull secrets that the account lists. The
   * same rule for volumes and environment variables is not looked at here.
   */
  readonly enforcesMountableSecrets: boolean;
};

export type ServiceAccountLookup =
  | { readonly kind: 'found'; readonly account: ServiceAccount }
  | { readonly kind: 'absent' }
  /** Not among the objects that we were given, which need not be all. */
  | { readonly kind: 'not-given' }
  /** Not readable. */
  | { readonly kind: 'unknown'; readonly why?: string };

/** What counts of a Pod; an absent name of the account is an empty text. */
export type PodAccountFields = {
  /** A mirror Pod carries the annotation `kubernetes.io/config.mirror`. */
  readonly isMirrorPod: boolean;
  readonly serviceAccountName: string;
  /** Names in order, empty ones included: one empty name is enough to keep the account's list away. */
  readonly imagePullSecrets: readonly string[];
};

export type PodPullSecrets =
  | { readonly kind: 'names'; readonly names: readonly string[]; readonly from: 'pod' | 'service-account' }
  /** The Pod names none, and what its account lists could not be found out. */
  | { readonly kind: 'account-unknown'; readonly serviceAccountName: string }
  /** The API server refuses the Pod; it is never stored. */
  | { readonly kind: 'refused'; readonly why: RefusedWhy };

export type RefusedWhy =
  | { readonly kind: 'account-absent'; readonly serviceAccountName: string }
  /** `index` in the Pod's own list. */
  | {
      readonly kind: 'secret-not-listed';
      readonly index: number;
      readonly name: string;
      readonly serviceAccountName: string;
    }
  | { readonly kind: 'mirror-pod-with-account' }
  | { readonly kind: 'mirror-pod-with-secrets' };

/** The account that a Pod runs as, also when it names none. */
export function serviceAccountNameOf({ serviceAccountName }: Pick<PodAccountFields, 'serviceAccountName'>): string {
  return serviceAccountName === '' ? 'default' : serviceAccountName;
}

/** `lookup` answers for the account that `serviceAccountNameOf` names, in the Pod's namespace. */
export function pullSecretNamesOf(pod: PodAccountFields, lookup: ServiceAccountLookup): PodPullSecrets {
  if (pod.isMirrorPod) return ofMirrorPod(pod);
  const names = pod.imagePullSecrets;
  const serviceAccountName = serviceAccountNameOf(pod);
  if (lookup.kind === 'absent') return { kind: 'refused', why: { kind: 'account-absent', serviceAccountName } };
  if (lookup.kind === 'found') return ofAccount(names, lookup.account);
  return names.length > 0 ? { kind: 'names', names, from: 'pod' } : { kind: 'account-unknown', serviceAccountName };
}

/** The secrets that the kubelet then looks up, in order: empty names are passed over silently. */
export function namesToRead(names: readonly string[]): readonly string[] {
  return names.filter((name) => name !== '');
}

function ofMirrorPod({ serviceAccountName, imagePullSecrets }: PodAccountFields): PodPullSecrets {
  if (serviceAccountName !== '') return { kind: 'refused', why: { kind: 'mirror-pod-with-account' } };
  if (namesToRead(imagePullSecrets).length > 0) return { kind: 'refused', why: { kind: 'mirror-pod-with-secrets' } };
  return { kind: 'names', names: imagePullSecrets, from: 'pod' };
}

function ofAccount(names: readonly string[], account: ServiceAccount): PodPullSecrets {
  if (names.length === 0) return { kind: 'names', names: account.imagePullSecrets, from: 'service-account' };
  const index = account.enforcesMountableSecrets
    ? names.findIndex((name) => !account.imagePullSecrets.includes(name))
    : -1;
  const name = names[index];
  if (name === undefined) return { kind: 'names', names, from: 'pod' };
  const why = { kind: 'secret-not-listed', index, name, serviceAccountName: account.name } as const;
  return { kind: 'refused', why };
}

export type ParsedServiceAccount =
  | { readonly ok: true; readonly account: ServiceAccount }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

const text = z.string().nullish();

const serviceAccountSchema = schemaWhenUsed(() =>
  z.object({
    metadata: z.object({ name: text, namespace: text, annotations: textMap }).nullish(),
    imagePullSecrets: z.array(z.object({ name: text }).nullable()).nullish(),
  }),
);

/** Reads a ServiceAccount from the API server or a manifest; null means absent, as in the API server. Never throws. */
export function parseServiceAccount(object: unknown): ParsedServiceAccount {
  const parsed = serviceAccountSchema.safeParse(object);
  if (!parsed.success) return { ok: false, problems: fieldProblemsOf(parsed.error, object) };
  const { metadata, imagePullSecrets } = parsed.data;
  const name = metadata?.name ?? '';
  if (name === '') {
    const problem = fieldProblem(['metadata', 'name'], 'is missing', 'give the ServiceAccount a name');
    return { ok: false, problems: [problem] };
  }
  const enforces = metadata?.annotations?.get('kubernetes.io/enforce-mountable-secrets') ?? '';
  const account: ServiceAccount = {
    ...(metadata?.namespace && { namespace: metadata.namespace }),
    name,
    imagePullSecrets: (imagePullSecrets ?? []).map((reference) => reference?.name ?? ''),
    enforcesMountableSecrets: parseGoBool(enforces) === true,
  };
  return { ok: true, account };
}
