import type * as z from 'zod';

/** What was wrong with an object, and where: `spec.taints[0].key`. The path is empty when the object as a whole was wrong. */
export type FieldError = { readonly path: string; readonly message: string };

/** The first thing that a schema found wrong. */
export function fieldErrorOf(error: z.ZodError): FieldError {
  const issue = error.issues[0];
  if (issue === undefined) throw new Error('a failed parse without an issue');
  return { path: fieldPathOf(issue.path), message: issue.message.replace(/^Invalid input: /, '') };
}

/** Field names as they are written in a path, list positions and odd keys in brackets: `metadata.labels["kubernetes.io/os"]`. */
export function fieldPathOf(path: readonly PropertyKey[]): string {
  const written = path.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    const name = String(key);
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  });
  return written.join('').replace(/^\./, '');
}
