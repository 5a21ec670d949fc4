/** What a run was told: the configuration file, if one was named, and flags, which override it. */
import { parseAssumeFlags } from '../config/assumptions.ts';
import type { Config } from '../config/config.ts';
import { defaultConfig } from '../config/defaults.ts';
import { type NodeFilesRead, noNodeFiles } from '../config/plan-settings.ts';
import { proxiesOf } from '../config/proxies.ts';
import type { ConfiguredPlugins } from '../sources/credential-plugins/configured-plugins.ts';
import type { CredentialPlugins } from '../sources/credential-plugins/open-plugins.ts';

export type SettingsFlags = {
  readonly configPath?: string;
  readonly dockerConfigPath?: string;
  readonly examinerConfigPath?: string;
  /** As written: `KEY=VALUE`, `KEY@REGISTRY=VALUE`. */
  readonly assume: readonly string[];
};

export type Settings = {
  readonly config: Config;
  readonly files: NodeFilesRead;
  readonly plugins?: CredentialPlugins;
};

export type RunSettings =
  | (Settings & { readonly ok: true })
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * The rooms that read configurations are loaded only where one is named: a run without starts sooner.
 * @param path of the environment, for programs that the configuration names
 */
export async function readSettings(flags: SettingsFlags, path: string | undefined): Promise<RunSettings> {
  const { configPath, dockerConfigPath, examinerConfigPath, assume } = flags;
  const assumed = parseAssumeFlags(assume);
  if (assumed.problems.length > 0) return { ok: false, problems: assumed.problems };
  const written = await configAt(configPath);
  if (!written.ok) return written;
  const { nodes, examiner } = written.config;
  const config: Config = {
    ...written.config,
    assume: { ...written.config.assume, ...assumed.assume },
    imageRewritingIsTold: written.config.imageRewritingIsTold || assumed.assume.imageRewriting !== undefined,
    told: [...written.config.told, ...assumed.told],
    nodes: { ...nodes, ...(dockerConfigPath !== undefined && { dockerConfigPath }) },
    examiner: { ...examiner, ...(examinerConfigPath !== undefined && { dockerConfigPath: examinerConfigPath }) },
  };
  const proxies = proxiesOf(config.egress, process.env);
  if (!proxies.ok) return { ok: false, problems: proxies.problems };
  if ([configPath, dockerConfigPath, examinerConfigPath].every((file) => file === undefined))
    return { ok: true, config, files: noNodeFiles };
  const { readNodeFiles } = await import('../sources/node-files/read-node-files.ts');
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
  const { configuredPlugins } = await import('../sources/credential-plugins/configured-plugins.ts');
  return configuredPlugins(credentialPlugins, path);
}

async function configAt(
  path: string | undefined,
): Promise<
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problems: readonly string[] }
> {
  if (path === undefined) return { ok: true, config: defaultConfig() };
  const { readConfig } = await import('../config/read-config.ts');
  return readConfig(path);
}
