/**
 * Plays golden vectors: inputs, and what the real kubelet, scheduler and containerd answered to them.
 * A family asks the core the same question and says what was expected and what came, in one and the same form.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

export type Vector = { readonly name: string; readonly input: unknown; readonly expect: unknown };
export type VectorFile = { readonly family: string; readonly cases: readonly Vector[] };

/** What one case should have been and what it was; equal when the core agrees with the real code. */
export type Comparison = { readonly expected: unknown; readonly came: unknown };
export type Family = (input: never, expect: never) => Comparison;

export class VectorFileError extends Error {}

/**
 * Reads every `*.json` of a folder, in the order of their names.
 * @throws VectorFileError when a file is not a file of vectors.
 */
export async function readVectorFiles(folder: string): Promise<readonly VectorFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const parsed = parseJson(path, await readFile(path, 'utf8'));
      if (typeof parsed.family !== 'string' || !Array.isArray(parsed.cases))
        throw new VectorFileError(`${path}: not a file of vectors: needs a "family" and a list of "cases"`);
      return { family: parsed.family, cases: parsed.cases as readonly Vector[] };
    }),
  );
}

function parseJson(path: string, text: string): { family?: unknown; cases?: unknown } {
  try {
    return JSON.parse(text) as { family?: unknown; cases?: unknown };
  } catch (error) {
    throw new VectorFileError(`${path}: ${(error as Error).message}`);
  }
}

/** One case through the core; undefined where both agree. An exception of the core is a difference, too. */
export function play(family: Family, vector: Vector): Comparison | undefined {
  const comparison = answer(family, vector);
  const expected = withoutUndefined(comparison.expected);
  const came = withoutUndefined(comparison.came);
  return isDeepStrictEqual(expected, came) ? undefined : { expected, came };
}

function answer(family: Family, vector: Vector): Comparison {
  try {
    return family(vector.input as never, vector.expect as never);
  } catch (error) {
    return { expected: vector.expect, came: `exception: ${(error as Error).stack}` };
  }
}

function withoutUndefined(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
