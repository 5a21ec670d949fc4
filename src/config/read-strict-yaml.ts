/** One YAML document (JSON is YAML) that a person wrote and a schema describes: unknown keys are problems, told with their line. */
import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { readBoundedFile } from '../file/read-bounded-file.ts';
import { composeConfig, type Flaw } from './compose-config.ts';
import { offsetAt, type Place, readTree } from './config-tree.ts';

export type StrictYaml<Value> =
  | {
      readonly ok: true;
      readonly value: Value;
      /** Of the bytes of the file: `sha256:…`. */
      readonly digest: string;
    }
  /** Sentences that start with the file, and with the line where there is one. */
  | { readonly ok: false; readonly problems: readonly string[] };

const maxBytes = 1024 * 1024;
const maxProblems = 100;

/**
 * Never throws.
 * @param expected what such a file has, for one that says nothing
 */
export async function readStrictYaml<Value>(
  path: string,
  schema: z.ZodType<Value>,
  expected: string,
): Promise<StrictYaml<Value>> {
  const file = await readBoundedFile(path, maxBytes);
  if (file.kind !== 'content') return { ok: false, problems: [`${path}: ${file.reason}`] };
  const text = decodeUtf8(file.bytes);
  if (text === undefined) return { ok: false, problems: [`${path}: is not UTF-8 text`] };
  const parsed = parseStrictYaml(text, schema, expected);
  const digest = `sha256:${createHash('sha256').update(file.bytes).digest('hex')}`;
  return parsed.ok ? { ...parsed, digest } : { ok: false, problems: located(parsed.flaws, path, text) };
}

type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly flaws: readonly Flaw[] };

function parseStrictYaml<Value>(text: string, schema: z.ZodType<Value>, expected: string): Parsed<Value> {
  const composed = composeConfig(text);
  if (!composed.ok) return composed;
  if (composed.root === undefined) return { ok: false, flaws: [{ offset: 0, problem: `is empty; ${expected}` }] };
  const read = readTree(composed.root);
  if (!read.ok) return { ok: false, flaws: [read.flaw] };
  const { value, place, flaws } = read.tree;
  // Read once: code for it would take longer to make.
  const parsed = schema.safeParse(value, { jitless: true });
  if (parsed.success && flaws.length === 0) return { ok: true, value: parsed.data };
  return { ok: false, flaws: [...flaws, ...(parsed.error?.issues ?? []).flatMap((issue) => flawsOf(issue, place))] };
}

type Issue = {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Each has a line in the message. */
  readonly keys?: readonly string[];
};

function flawsOf({ path, message, keys }: Issue, place: Place): readonly Flaw[] {
  const about = path.length === 0 ? '' : `${pathText(path)}: `;
  if (keys === undefined) return [{ offset: offsetAt(place, path), problem: `${about}${message}` }];
  const lines = message.split('\n');
  return keys.map((key, index) => ({
    offset: offsetAt(place, [...path, key]),
    problem: `${about}${lines[index] ?? message}`,
  }));
}

/** `registries[0].match` */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .slice(1);
}

/** In the order of the text. */
function located(flaws: readonly Flaw[], path: string, text: string): readonly string[] {
  const ordered = flaws.toSorted((one, other) => one.offset - other.offset);
  const told = ordered
    .slice(0, maxProblems)
    .map(({ offset, problem }) => `${path}:${text.slice(0, offset).split('\n').length}: ${problem}`);
  const rest = ordered.length - told.length;
  return rest > 0 ? [...told, `${path}: has ${rest} more problems`] : told;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
