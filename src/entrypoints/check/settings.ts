/** What a check was told: the configuration file, if one was named, and flags above it. */
import { parseAssumeFlags } from '../../config/assumptions.ts';
import type { Config } from '../../config/config.ts';
import { defaultConfig } from '../../config/defaults.ts';
import { type NodeFilesRead, noNodeFiles } from '../../config/plan-settings.ts';
import type { ConfiguredPlugins } from '../../sources/credential-plugins/configured-plugins.ts';
import type { CredentialPlugins } from '../../sources/credential-plugins/open-plugins.ts';
import type { CheckOptions } from './options.ts';

export type CheckSettings =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly files: NodeFilesRead;
      readonly plugins?: CredentialPlugins;
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * The rooms that read configurations are loaded only where one is named: a check without starts sooner.
 * @param path of the environment, for programs that the configuration names
 */
export async function readSettings(options: CheckOptions, path: string | undefined): Promise<CheckSettings> {
  const { configPath, dockerConfigPath, examinerConfigPath, assume } = options;
  const flags = parseAssumeFlags(assume);
  if (flags.problems.length > 0) return { ok: false, problems: flags.problems };
  const written = await configAt(configPath);
  if (!written.ok) return written;
  const { nodes, examiner } = written.config;
  const config: Config = {
    ...written.config,
    assume: { ...written.config.assume, ...flags.assume },
    imageRewritingIsTold: written.config.imageRewritingIsTold || flags.assume.imageRewriting !== undefined,
    told: [...written.config.told, ...flags.told],
    nodes: { ...nodes, ...(dockerConfigPath !== undefined && { dockerConfigPath }) },
    examiner: { ...examiner, ...(examinerConfigPath !== undefined && { dockerConfigPath: examinerConfigPath }) },
  };
  if ([configPath, dockerConfigPath, examinerConfigPath].every((file) => file === undefined))
    return { ok: true, config, files: noNodeFiles };
  const { readNodeFiles } = await import('../../sources/node-files/read-node-files.ts');
  const files = await readNodeFiles(config);
  const opened = await pluginsOf(config, path);
  const problems = [files, opened].flatMap((read) => (read.ok ? [] : read.problems));
  if (!files.ok || !opened.ok) return { ok: false, problems };
  return { ok: true, config, files, ...(opened.plugins && { plugins: opened.plugins }) };
}

async function pluginsOf(
  { nodes: { credentialPlugins } }: Config,
  path: string | undefined,
): Promise<ConfiguredPlugins | { readonly ok: true; readonly plugins?: CredentialPlugins }> {
  if (credentialPlugins === undefined) return { ok: true };
  const { configuredPlugins } = await import('../../sources/credential-plugins/configured-plugins.ts');
  return configuredPlugins(credentialPlugins, path);
}

async function configAt(
  path: string | undefined,
): Promise<
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problems: readonly string[] }
> {
  if (path === undefined) return { ok: true, config: defaultConfig() };
  const { readConfig } = await import('../../config/read-config.ts');
  return readConfig(path);
}
