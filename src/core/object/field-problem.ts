import type * as z from 'zod';

/** So many wrong elements of one list are reported: to describe a megabyte of them would take seconds. */
export const mostWrong = 10;

/** What is wrong with a field of a Kubernetes object, in words that never quote its value: it may be a secret. */
export type FieldProblem = {
  /** `data[".dockerconfigjson"]`; empty for the object itself. */
  readonly path: string;
  /** "must be a string, but is a number" */
  readonly problem: string;
  readonly remedy: string;
};
export type FieldPath = readonly (string | number)[];

/** The problems that zod found in an object. */
export function fieldProblemsOf(error: z.ZodError, object: unknown): readonly FieldProblem[] {
  return error.issues.map((issue) => {
    const path = issue.path.map((segment) => (typeof segment === 'symbol' ? String(segment) : segment));
    if (issue.code !== 'invalid_type') return fieldProblem(path, issue.message, 'correct the field or remove it');
    return wrongType(path, issue.expected, valueAt(object, path));
  });
}

/** @param expected as zod names types */
export function wrongType(path: FieldPath, expected: string, value: unknown): FieldProblem {
  const found = typeNameOf(value);
  const wanted = withArticle(jsonTypeNames[expected] ?? expected);
  return fieldProblem(path, `must be ${wanted}, but is ${withArticle(found)}`, remedyFor(expected, found));
}

export function fieldProblem(path: FieldPath, problem: string, remedy: string): FieldProblem {
  return { path: pathText(path), problem, remedy };
}

/** The same problem, seen from further out: `spec.template` and `spec.containers[0]`. */
export function below(prefix: string, { path, ...rest }: FieldProblem): FieldProblem {
  const separator = path === '' || path.startsWith('[') ? '' : '.';
  return { path: `${prefix}${separator}${path}`, ...rest };
}

function pathText(path: FieldPath): string {
  const segments = path.map((segment) => {
    if (typeof segment === 'number') return `[${segment}]`;
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
  });
  return segments.join('').replace(/^\./, '');
}

function valueAt(object: unknown, path: FieldPath): unknown {
  let value = object;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, segment)?.value;
  }
  return value;
}

const jsonTypeNames: Readonly<Record<string, string>> = { record: 'object' };

function typeNameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return value === undefined ? 'missing' : typeof value;
}

function withArticle(type: string): string {
  if (type === 'null' || type === 'missing') return type;
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function remedyFor(expected: string, found: string): string {
  if (expected === 'string' && (found === 'number' || found === 'boolean')) return 'put the value in quotes';
  if (expected === 'array') return 'write a list';
  if (expected === 'object' || expected === 'record') return 'write a mapping of names to values';
  return expected === 'string' ? 'write a text' : 'correct the field or remove it';
}
