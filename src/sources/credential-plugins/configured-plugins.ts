/** The plugins that a configuration names, ready to be asked, or what is wrong with them. As with a kubelet, read once. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodesConfig } from '../../config/config.ts';
import { errorCode, readBoundedFile } from '../../file/read-bounded-file.ts';
import { type CredentialPlugins, openPlugins } from './open-plugins.ts';
import { type CredentialProvider, readProviders } from './provider-config.ts';

export type ConfiguredPlugins =
  | { readonly ok: true; readonly plugins: CredentialPlugins }
  /** Sentences that start with the key of the configuration and the path. */
  | { readonly ok: false; readonly problems: readonly string[] };

type Named = NonNullable<NodesConfig['credentialPlugins']>;

/** Never throws. @param path of our own environment, where plugins look for programs */
export async function configuredPlugins(
  { configPath, binDir }: Named,
  path: string | undefined,
): Promise<ConfiguredPlugins> {
  const read = await readProviders(configPath);
  const providers = read.ok ? read.providers : [];
  const problems = [
    ...(read.ok ? [] : read.problems.map((problem) => `nodes.credentialProviderConfig: ${problem}`)),
    ...(await problemsOf(binDir, providers)).map((problem) => `nodes.credentialProviderBinDir: ${problem}`),
  ];
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, plugins: openPlugins({ providers, binDir, path }) };
}

/** A kubelet does not start without one of the programs either. */
async function problemsOf(binDir: string, providers: readonly CredentialProvider[]): Promise<readonly string[]> {
  const directory = await readBoundedFile(binDir, 0);
  if (directory.kind === 'content' || directory.kind === 'unread') return [`${binDir}: is not a readable directory`];
  if (directory.kind !== 'directory') return [`${binDir}: ${directory.reason}`];
  const paths = providers.map(({ name }) => join(binDir, name));
  const missing = await Promise.all(paths.map(async (path) => [path, await whyMissing(path)] as const));
  return missing.flatMap(([path, why]) => (why === undefined ? [] : [`${path}: ${why}`]));
}

async function whyMissing(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).isFile() ? undefined : 'is not a file';
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${errorCode(error)})`;
  }
}
