import { dirname, resolve } from 'node:path';
import type { Config } from './config.ts';
import { configOf } from './merge.ts';
import { readStrictYaml } from './read-strict-yaml.ts';
import { configSchema } from './schema.ts';

export type ReadConfig =
  | {
      readonly ok: true;
      readonly config: Config;
      /** Of the file: `sha256:…`. */
      readonly digest: string;
    }
  /** Sentences that start with the file, and with the line where there is one. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads a configuration file with every default in place. Files that it names are not opened. Never throws. */
export async function readConfig(path: string): Promise<ReadConfig> {
  const read = await readStrictYaml(path, configSchema, 'a configuration has an apiVersion and a kind');
  return read.ok ? { ok: true, config: configOf(read.value, dirname(resolve(path))), digest: read.digest } : read;
}
