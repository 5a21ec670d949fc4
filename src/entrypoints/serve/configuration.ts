/** The configuration that `serve` works with: read with all that it names, and watched while the server runs (contract §7). */
import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../config/config.ts';
import { defaultConfig } from '../../config/defaults.ts';
import { type NodeFilesRead, noNodeFiles } from '../../config/plan-settings.ts';
import { proxiesOf } from '../../config/proxies.ts';
import type { CredentialPlugins } from '../../sources/credential-plugins/open-plugins.ts';
import type { Logger } from '../../telemetry/log.ts';

export type Configuration = {
  readonly config: Config;
  /** Of the file: `sha256:…`. Absent where there is none. */
  readonly digest?: string;
  /** What the files that it names say at the moment. */
  readonly filesNow: () => Promise<NodeFilesRead>;
  /** PEM, of `egress.ca` when it was read. */
  readonly egressRoots?: readonly string[];
  /** Absent where it names none. */
  readonly plugins?: CredentialPlugins;
};

export type ConfigurationRead =
  | { readonly kind: 'read'; readonly configuration: Configuration }
  /** The file is as it was. */
  | { readonly kind: 'same' }
  | { readonly kind: 'broken'; readonly problems: readonly string[] };

/**
 * Never throws. Plugins are started again only where they are other ones.
 * @param before what is in use
 */
export async function readConfiguration(
  path: string | undefined,
  log: Logger,
  before?: Configuration,
): Promise<ConfigurationRead> {
  if (path === undefined) {
    const proxies = proxiesOf({}, process.env);
    if (!proxies.ok) return { kind: 'broken', problems: proxies.problems };
    return { kind: 'read', configuration: { config: defaultConfig(), filesNow: async () => noNodeFiles } };
  }
  const [{ readConfig }, { refreshedNodeFiles }] = await Promise.all([
    import('../../config/read-config.ts'),
    import('../../sources/node-files/refreshed.ts'),
  ]);
  const read = await readConfig(path);
  if (!read.ok) return { kind: 'broken', problems: read.problems };
  const { config, digest } = read;
  const proxies = proxiesOf(config.egress, process.env);
  if (!proxies.ok) return { kind: 'broken', problems: proxies.problems };
  if (before !== undefined && digest === before.digest && !(await hasOtherRoots(before))) return { kind: 'same' };
  const files = await refreshedNodeFiles(config, {
    onProblems: (problems) =>
      log.warn({ problems }, problems.length > 0 ? 'files cannot be read again' : 'files can be read again'),
  });
  if (!files.ok) return { kind: 'broken', problems: files.problems };
  const plugins = await pluginsOf(config, before);
  if (!plugins.ok) return { kind: 'broken', problems: plugins.problems };
  const { opened } = plugins;
  const { egressRoots } = await files.current();
  return {
    kind: 'read',
    configuration: {
      config,
      digest,
      filesNow: files.current,
      ...(opened && { plugins: opened }),
      ...(egressRoots && { egressRoots }),
    },
  };
}

/** They are trusted by connections that are kept, so that others are as good as another configuration. */
async function hasOtherRoots({ filesNow, egressRoots }: Configuration): Promise<boolean> {
  return !isDeepStrictEqual((await filesNow()).egressRoots, egressRoots);
}

type PluginsRead =
  | { readonly ok: true; readonly opened?: CredentialPlugins }
  | { readonly ok: false; readonly problems: readonly string[] };

async function pluginsOf(
  { nodes: { credentialPlugins } }: Config,
  before: Configuration | undefined,
): Promise<PluginsRead> {
  if (credentialPlugins === undefined) return { ok: true };
  if (before?.plugins !== undefined && isDeepStrictEqual(before.config.nodes.credentialPlugins, credentialPlugins))
    return { ok: true, opened: before.plugins };
  const { configuredPlugins } = await import('../../sources/credential-plugins/configured-plugins.ts');
  const opened = await configuredPlugins(credentialPlugins, process.env.PATH);
  return opened.ok ? { ok: true, opened: opened.plugins } : opened;
}

/** A kubelet brings a changed ConfigMap into the Pod within about a minute; what is there is used within seconds. */
const everyMs = 5_000;

export type ConfigurationWatch = {
  readonly path: string;
  readonly inUse: () => Configuration;
  readonly use: (configuration: Configuration) => void;
  /** Called once for each set of problems. What was in use stays. */
  readonly refuse: (problems: readonly string[]) => void;
  readonly log: Logger;
};

/**
 * Compares the content: the files of a volume are symbolic links, which are exchanged as a whole, so that watches of the
 * file system would look at what is gone.
 * @returns what ends it
 */
export function watchConfiguration({ path, inUse, use, refuse, log }: ConfigurationWatch): () => void {
  let trouble = '';
  let isLooking = false;
  const look = async (): Promise<void> => {
    const read = await readConfiguration(path, log, inUse());
    if (read.kind === 'read') use(read.configuration);
    // One that was put back as it was has no trouble any more either.
    const problems = read.kind === 'broken' ? read.problems : [];
    if (problems.join('\n') === trouble) return;
    trouble = problems.join('\n');
    if (problems.length > 0) refuse(problems);
    else if (read.kind === 'same') use(inUse());
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => {
      isLooking = false;
    });
  }, everyMs);
  return () => clearInterval(timer);
}
