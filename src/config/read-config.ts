import { dirname, resolve } from 'node:path';
import { readBoundedFile } from '../file/read-bounded-file.ts';
import { composeConfig, type Flaw } from './compose-config.ts';
import type { Config } from './config.ts';
import { offsetAt, type Place, readTree } from './config-tree.ts';
import { configOf } from './merge.ts';
import { configSchema } from './schema.ts';

export type ReadConfig =
  | { readonly ok: true; readonly config: Config }
  /** Sentences that start with the file, and with the line where there is one. */
  | { readonly ok: false; readonly problems: readonly string[] };

const maxBytes = 1024 * 1024;
const maxProblems = 100;

/** Reads a configuration file with every default in place. Files that it names are not opened. Never throws. */
export async function readConfig(path: string): Promise<ReadConfig> {
  const file = await readBoundedFile(path, maxBytes);
  if (file.kind !== 'content') return { ok: false, problems: [`${path}: ${file.reason}`] };
  const text = decodeUtf8(file.bytes);
  if (text === undefined) return { ok: false, problems: [`${path}: is not UTF-8 text`] };
  const parsed = parseConfig(text, dirname(resolve(path)));
  return parsed.ok ? parsed : { ok: false, problems: located(parsed.flaws, path, text) };
}

type ParsedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly flaws: readonly Flaw[] };

/** @param directory from which paths in the text start */
function parseConfig(text: string, directory: string): ParsedConfig {
  const composed = composeConfig(text);
  if (!composed.ok) return composed;
  if (composed.root === undefined)
    return { ok: false, flaws: [{ offset: 0, problem: 'says nothing; a configuration has an apiVersion and a kind' }] };
  const read = readTree(composed.root);
  if (!read.ok) return { ok: false, flaws: [read.flaw] };
  const { value, place, flaws } = read.tree;
  const parsed = configSchema.safeParse(value);
  if (parsed.success && flaws.length === 0) return { ok: true, config: configOf(parsed.data, directory) };
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
