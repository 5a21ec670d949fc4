/** The flags that all commands on what runs have in common, read once. */
import type { CommandSpec } from '../../cli/command.ts';
import { type ParsedFlags, usage } from '../../cli/parse-flags.ts';
import { parsePlatformList } from '../../config/platform-list.ts';
import type { Platform } from '../../core/image/platform.ts';
import { concurrencyOf, namespaceOf, timeoutMsOf } from '../../examination/flags.ts';
import type { SettingsFlags } from '../../examination/settings.ts';
import type { ApiSettings } from '../../sources/cluster/api.ts';

export type RunningSource =
  | { readonly kind: 'facts'; readonly paths: readonly string[]; readonly platforms?: readonly Platform[] }
  | { readonly kind: 'cluster'; readonly api: ApiSettings };

export type RunningOptions = SettingsFlags & {
  readonly source: RunningSource;
  /** Absent: all of them, or of a cluster that of the context. */
  readonly namespaces?: readonly string[];
  readonly isEverywhere: boolean;
  readonly concurrency: number;
  readonly timeoutMs: number;
};

/** @throws UsageError */
export function runningOptionsOf(command: CommandSpec, flags: ParsedFlags): RunningOptions {
  const allOf = (flag: string) => flags.values.get(flag) ?? [];
  const lastOf = (flag: string) => allOf(flag).at(-1);
  const named = allOf('namespace').flatMap((list) => list.split(','));
  const namespaces = [...new Set(named.map((name) => namespaceOf(command, name)))];
  const isEverywhere = flags.given.has('all-namespaces');
  if (isEverywhere && namespaces.length > 0)
    throw usage(command, '--namespace and --all-namespaces are given; leave out one of them');
  const configPath = lastOf('config');
  const dockerConfigPath = lastOf('docker-config');
  const examinerConfigPath = lastOf('examiner-config');
  return {
    source: sourceOf(command, flags),
    ...(namespaces.length > 0 && { namespaces }),
    isEverywhere,
    assume: allOf('assume'),
    ...(configPath !== undefined && { configPath }),
    ...(dockerConfigPath !== undefined && { dockerConfigPath }),
    ...(examinerConfigPath !== undefined && { examinerConfigPath }),
    concurrency: concurrencyOf(command, lastOf('concurrency')),
    timeoutMs: timeoutMsOf(command, lastOf('timeout') ?? '1h'),
  };
}

function sourceOf(command: CommandSpec, flags: ParsedFlags): RunningSource {
  const paths = flags.values.get('facts') ?? [];
  const platformList = flags.values.get('platform')?.at(-1);
  const kubeconfigPath = flags.values.get('kubeconfig')?.at(-1);
  const context = flags.values.get('context')?.at(-1);
  if (paths.length === 0) {
    if (platformList !== undefined)
      throw usage(command, '--platform is given, and a cluster has Nodes; leave it out, or name a dump with --facts');
    return {
      kind: 'cluster',
      api: { ...(kubeconfigPath !== undefined && { kubeconfigPath }), ...(context !== undefined && { context }) },
    };
  }
  if (kubeconfigPath !== undefined || context !== undefined)
    throw usage(
      command,
      `--${kubeconfigPath === undefined ? 'context' : 'kubeconfig'} is given, and --facts, which needs no cluster; leave out one of them`,
    );
  if (platformList === undefined) return { kind: 'facts', paths };
  const parsed = parsePlatformList(platformList);
  if (!parsed.ok) throw usage(command, `--platform: ${parsed.error}`);
  return { kind: 'facts', paths, platforms: parsed.platforms };
}
