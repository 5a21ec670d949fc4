import type { FieldProblem } from '../../core/object/field-problem.ts';
import type { SkipReason } from './no-manifest.ts';

/** Any JSON value, as the API server would be sent it. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
/** Keys are foreign: `__proto__` and `constructor` are ordinary ones. Look with `Object.hasOwn`. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** Where an object stands. */
export type ObjectSource = {
  /** As the user named it, or joined below the directory they named; `-` is standard input. */
  readonly file: string;
  /** The document of the stream, counted from 1; empty ones between two `---` count too. */
  readonly document: number;
  /** The line of the file on which the object starts, counted from 1. */
  readonly line: number;
  /** Of a manifest that Helm rendered: the template, as its comment `# Source:` says. */
  readonly template?: string;
};

/** A Kubernetes object: it has an apiVersion and a kind, both non-empty strings. Nothing else was looked at. */
export type ReadObject = {
  readonly kind: 'object';
  readonly value: JsonObject;
  readonly source: ObjectSource;
  /**
   * The line of a field inside this object (`spec.containers[0].image`, `metadata.annotations[example.com/a]`), found
   * only when asked for. A field that was not written gets the line of the nearest part around it that was.
   */
  readonly lineOf: (fieldPath: string) => number;
};

/** Something that could not be read. `reason` is one sentence that says what is wrong and what to do. */
export type ReadProblem = {
  readonly kind: 'problem';
  readonly file: string;
  readonly document?: number;
  readonly line?: number;
  /** Counted from 1, in UTF-16 code units. */
  readonly column?: number;
  readonly reason: string;
};

/** What is no manifest: an object without apiVersion or kind, a template, a file of another tool. */
export type SkippedObject = {
  readonly kind: 'skipped';
  readonly source: ObjectSource;
  readonly reason: SkipReason;
  /** Of a kustomization. */
  readonly value?: JsonObject;
  /** It was not named, but is in the directory of a file that was. It only says what that file is. */
  readonly isBeside?: true;
};

/** A problem for each wrong field of an object, at its line. */
export function fieldProblemsIn(
  { source, lineOf }: ReadObject,
  problems: readonly FieldProblem[],
): readonly ReadProblem[] {
  return problems.map(({ path, problem, remedy }) => ({
    kind: 'problem',
    file: source.file,
    document: source.document,
    line: lineOf(path),
    reason: `has a wrong field: ${path === '' ? 'the object' : path} ${problem}; ${remedy}`,
  }));
}

export type ReadItem = ReadObject | ReadProblem | SkippedObject;
