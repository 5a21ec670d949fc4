import * as z from 'zod';
import { textMap } from './api-json.ts';
import { type FieldProblem, fieldProblemsOf } from './field-problem.ts';

export type Namespace = { readonly name: string; readonly labels: ReadonlyMap<string, string> };

export type NamespaceLookup =
  /** `isStale`: as it was known once; what has become of it since could not be found out. */
  | { readonly kind: 'found'; readonly namespace: Namespace; readonly isStale?: true }
  | { readonly kind: 'absent' }
  /** It could not be read. */
  | { readonly kind: 'unknown'; readonly why: string };

export type ParsedNamespace =
  | { readonly ok: true; readonly namespace: Namespace }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

const namespaceSchema = z.object({ metadata: z.object({ name: z.string().min(1, 'is empty'), labels: textMap }) });

/** Reads a Namespace of the API or of a manifest. Never throws. */
export function parseNamespace(object: unknown): ParsedNamespace {
  const parsed = namespaceSchema.safeParse(object);
  return parsed.success
    ? { ok: true, namespace: parsed.data.metadata }
    : { ok: false, problems: fieldProblemsOf(parsed.error, object) };
}
