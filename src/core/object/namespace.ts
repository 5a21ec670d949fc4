import * as z from 'zod';
import { textMap } from './api-json.ts';
import { type FieldProblem, fieldProblemsOf } from './field-problem.ts';
import { schemaWhenUsed } from './schema-when-used.ts';

export type Namespace = {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Of `placementAnnotations` those that are there and not empty; absent where none is. */
  readonly annotations?: ReadonlyMap<string, string>;
};

/** By which admission plugins change where the Pods of the namespace land. */
export const placementAnnotations = {
  /** PodNodeSelector */
  nodeSelector: 'scheduler.alpha.kubernetes.io/node-selector',
  /** PodTolerationRestriction */
  defaultTolerations: 'scheduler.alpha.kubernetes.io/defaultTolerations',
  openShiftNodeSelector: 'openshift.io/node-selector',
} as const;
const keptAnnotations: ReadonlySet<string> = new Set(Object.values(placementAnnotations));

export type NamespaceLookup =
  /** `isStale`: as it was known once; what has become of it since could not be found out. */
  | { readonly kind: 'found'; readonly namespace: Namespace; readonly isStale?: true }
  | { readonly kind: 'absent' }
  /** It could not be read. */
  | { readonly kind: 'unknown'; readonly why: string };

export type ParsedNamespace =
  | { readonly ok: true; readonly namespace: Namespace }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

const namespaceSchema = schemaWhenUsed(() =>
  z.object({
    metadata: z.object({ name: z.string().min(1, 'is empty'), labels: textMap, annotations: textMap }),
  }),
);

/** Reads a Namespace of the API or of a manifest. Never throws. */
export function parseNamespace(object: unknown): ParsedNamespace {
  const parsed = namespaceSchema.safeParse(object);
  if (!parsed.success) return { ok: false, problems: fieldProblemsOf(parsed.error, object) };
  const { name, labels, annotations } = parsed.data.metadata;
  // Others may be long: kubectl keeps the whole object in one.
  const kept = new Map([...annotations].filter(([key, value]) => keptAnnotations.has(key) && value !== ''));
  return { ok: true, namespace: { name, labels, ...(kept.size > 0 && { annotations: kept }) } };
}
