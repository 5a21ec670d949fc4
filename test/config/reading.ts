import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';

import { parseMatch } from '../../src/config/registry-match.ts';
import type { RegistryLocation } from '../../src/core/credential/registry-key.ts';

export const head = 'apiVersion: pullgate.dev/v1alpha1\nkind: Configuration\n';

/** A file of its own in a directory of its own. */
export async function fileWith(content: string | Uint8Array): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-config-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const path = join(directory, 'pullgate.yaml');
  await writeFile(path, content);
  return path;
}

/** With the path of the file cut off. */
export async function problemsOf(content: string | Uint8Array): Promise<readonly string[]> {
  const path = await fileWith(content);
  const read = await readConfig(path);
  return read.ok ? [] : read.problems.map((problem) => problem.replace(path, 'f'));
}

/** `text` stands below apiVersion and kind, from line 3 on. */
export async function configWith(text: string): Promise<Config> {
  const read = await readConfig(await fileWith(`${head}${text}`));
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.config;
}

export function locationOf(registry: string): RegistryLocation {
  const parsed = parseMatch(registry);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.match;
}
