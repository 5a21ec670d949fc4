/**
 * What a RuntimeClass adds to the placement of the Pods that name it, and to their requests. The admission plugin does so
 * when a Pod is created, and is on by default (plugin/pkg/admission/runtimeclass): a template does not show it.
 */

import * as z from 'zod';
import { structOf, textMap } from '../object/api-json.ts';
import { type FieldProblem, fieldProblemsOf } from '../object/field-problem.ts';
import { schemaWhenUsed } from '../object/schema-when-used.ts';
import { tolerationsSchema } from './placement.ts';
import { type Resources, resourcesSchema } from './resources.ts';
import type { Toleration } from './toleration.ts';

export type RuntimeClass = {
  readonly name: string;
  readonly nodeSelector: ReadonlyMap<string, string>;
  readonly tolerations: readonly Toleration[];
  readonly overhead: Resources;
};

export type RuntimeClassLookup =
  | { readonly kind: 'found'; readonly runtimeClass: RuntimeClass }
  | { readonly kind: 'absent' }
  /** It could not be read. */
  | { readonly kind: 'unknown'; readonly why: string };

export type ParsedRuntimeClass =
  | { readonly ok: true; readonly runtimeClass: RuntimeClass }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

const runtimeClassSchema = schemaWhenUsed(() =>
  z.object({
    metadata: z.object({ name: z.string().min(1, 'is empty') }),
    scheduling: structOf(z.object({ nodeSelector: textMap, tolerations: tolerationsSchema() })),
    overhead: structOf(z.object({ podFixed: resourcesSchema })),
  }),
);

/** Never throws. */
export function parseRuntimeClass(object: unknown): ParsedRuntimeClass {
  const parsed = runtimeClassSchema.safeParse(object);
  if (!parsed.success) return { ok: false, problems: fieldProblemsOf(parsed.error, object) };
  const { metadata, scheduling, overhead } = parsed.data;
  return { ok: true, runtimeClass: { name: metadata.name, ...scheduling, overhead: overhead.podFixed } };
}
