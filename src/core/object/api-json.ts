/**
 * Schemas for JSON of the Kubernetes API, read as the API server decodes it into Go types: an absent member and `null`
 * are the type's zero value, another JSON type is an error. Members that nobody asked for are ignored.
 */
import * as z from 'zod';
import { mostWrong } from './field-problem.ts';
import { schemaWhenUsed } from './schema-when-used.ts';

/** One step each, not a chain of schemas: a review reads some ten of them for each container. */
export const text = z.transform((value: unknown, context): string => {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  context.addIssue({ code: 'invalid_type', expected: 'string', input: value });
  return z.NEVER;
});

export const flag = z.transform((value: unknown, context): boolean => {
  if (typeof value === 'boolean') return value;
  if (value === undefined || value === null) return false;
  context.addIssue({ code: 'invalid_type', expected: 'boolean', input: value });
  return z.NEVER;
});

export function listOf<T extends z.ZodType>(item: T) {
  const elements = schemaWhenUsed(() => item);
  return z.transform((value: unknown, context): readonly z.output<T>[] => {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      context.addIssue({ code: 'invalid_type', expected: 'array', input: value });
      return z.NEVER;
    }
    const items: z.output<T>[] = [];
    let wrong = 0;
    for (const [index, element] of value.entries()) {
      const parsed = elements.safeParse(element);
      if (parsed.success) {
        items.push(parsed.data);
        continue;
      }
      for (const issue of parsed.error.issues)
        context.issues.push({ ...issue, input: element, path: [index, ...issue.path] });
      wrong += 1;
      if (wrong === mostWrong) break;
    }
    return items;
  });
}

/** A list element or map value that Go would decode from `null` into an empty struct. */
export function structOf<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => value ?? {}, schema);
}

/** A map of strings, as labels, annotations and the data of a Secret are. `z.record` would lose a key named `__proto__`. */
export const textMap = z.transform((value: unknown, context): ReadonlyMap<string, string> => {
  const entries = new Map<string, string>();
  if (value === undefined || value === null) return entries;
  if (typeof value !== 'object' || Array.isArray(value)) {
    context.addIssue({ code: 'invalid_type', expected: 'record', input: value });
    return z.NEVER;
  }
  let wrong = 0;
  for (const [key, item] of Object.entries(value)) {
    if (typeof item === 'string' || item === null) entries.set(key, item ?? '');
    else {
      context.addIssue({ code: 'invalid_type', expected: 'string', input: item, path: [key] });
      wrong += 1;
      if (wrong === mostWrong) break;
    }
  }
  return entries;
});
