import { z } from 'zod';

/**
 * A mapping of names to texts in a Kubernetes object, as `data`, labels and annotations are; null is an empty text or an
 * empty mapping. `z.record` would lose a member named `__proto__`.
 */
export const textMap = z
  .unknown()
  .transform((value, context): ReadonlyMap<string, string> => {
    if (value === null) return new Map();
    if (typeof value !== 'object' || Array.isArray(value)) {
      context.addIssue({ code: 'invalid_type', expected: 'record', input: value });
      return z.NEVER;
    }
    const texts = new Map<string, string>();
    for (const [name, text] of Object.entries(value)) {
      if (typeof text === 'string' || text === null || text === undefined) texts.set(name, text ?? '');
      else context.addIssue({ code: 'invalid_type', expected: 'string', input: text, path: [name] });
    }
    return texts;
  })
  .optional();
