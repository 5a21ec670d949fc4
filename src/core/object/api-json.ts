/**
 * Schemas for JSON of the Kubernetes API, read as the API server decodes it into Go types: an absent member and `null`
 * are the type's zero value, another JSON type is an error. Members that nobody asked for are ignored.
 */
import * as z from 'zod';

export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

export function listOf<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform((items): readonly z.output<T>[] => items ?? []);
}

/** A list element or map value that Go would decode from `null` into an empty struct. */
export function structOf<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => value ?? {}, schema);
}

/** A map of strings, as labels, annotations and the data of a Secret are. `z.record` would lose a key named `__proto__`. */
export const textMap = z
  .unknown()
  .optional()
  .transform((value, context): ReadonlyMap<string, string> => {
    const entries = new Map<string, string>();
    if (value === undefined || value === null) return entries;
    if (typeof value !== 'object' || Array.isArray(value)) {
      context.addIssue({ code: 'invalid_type', expected: 'record', input: value });
      return z.NEVER;
    }
    for (const [key, item] of Object.entries(value)) {
      if (typeof item === 'string' || item === null) entries.set(key, item ?? '');
      else context.addIssue({ code: 'invalid_type', expected: 'string', input: item, path: [key] });
    }
    return entries;
  });
