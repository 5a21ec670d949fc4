/** The flags of a check, read once. */
import { choiceOf, type ParsedFlags, usage } from '../../cli/parse-flags.ts';
import { parsePlatformList } from '../../config/platform-list.ts';
import type { Platform } from '../../core/image/platform.ts';
import { type Mode, modes } from '../../core/verdict/verdict.ts';
import { concurrencyOf, namespaceOf, timeoutMsOf } from '../../examination/flags.ts';
import { type Output, outputsOf } from '../../examination/outputs.ts';
import { type FailOn, failOns } from '../../report/exit-code.ts';
import { type Format, formats } from '../../report/format/format.ts';
import type { ApiSettings } from '../../sources/cluster/api.ts';
import { checkCommand } from './command.ts';

export type CheckOptions = {
  readonly paths: readonly string[];
  /** Of objects that name none. */
  readonly namespace?: string;
  /** Where the facts of the world come from an API server. */
  readonly cluster?: ApiSettings;
  readonly outputs: readonly Output<Format>[];
  readonly mode: Mode;
  readonly platforms?: readonly Platform[];
  readonly failOn: FailOn;
  /** As written: `KEY=VALUE`, `KEY@REGISTRY=VALUE`. */
  readonly assume: readonly string[];
  readonly configPath?: string;
  readonly dockerConfigPath?: string;
  readonly examinerConfigPath?: string;
  readonly ignore: readonly string[];
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly isStrict: boolean;
};

/** @throws UsageError */
export function checkOptionsOf(flags: ParsedFlags): CheckOptions {
  const paths = [...(flags.values.get('filename') ?? []), ...flags.operands];
  if (paths.length === 0) throw usage(checkCommand, 'name a file, a directory, or - for standard input');
  const lastOf = (flag: string) => flags.values.get(flag)?.at(-1);
  const written = lastOf('namespace');
  const namespace = written === undefined ? undefined : namespaceOf(checkCommand, written);
  const cluster = clusterOf(flags.given.has('cluster'), lastOf('kubeconfig'), lastOf('context'));
  const platforms = platformsOf(lastOf('platform'));
  if (cluster && platforms)
    throw usage(checkCommand, '--platform is given, and --cluster, which has Nodes; leave out one of them');
  const configPath = lastOf('config');
  const dockerConfigPath = lastOf('docker-config');
  const examinerConfigPath = lastOf('examiner-config');
  return {
    paths,
    ...(namespace !== undefined && { namespace }),
    ...(cluster && { cluster }),
    outputs: outputsOf(checkCommand, flags.values.get('output') ?? ['text'], formats),
    mode: choiceOf(checkCommand, flags, 'mode', modes, 'enforce'),
    ...(platforms && { platforms }),
    failOn: choiceOf(checkCommand, flags, 'fail-on', failOns, 'deny'),
    assume: flags.values.get('assume') ?? [],
    ...(configPath !== undefined && { configPath }),
    ...(dockerConfigPath !== undefined && { dockerConfigPath }),
    ...(examinerConfigPath !== undefined && { examinerConfigPath }),
    ignore: flags.values.get('ignore') ?? [],
    concurrency: concurrencyOf(checkCommand, lastOf('concurrency')),
    isStrict: flags.given.has('strict'),
    timeoutMs: timeoutMsOf(checkCommand, lastOf('timeout') ?? '5m'),
  };
}

function clusterOf(
  isGiven: boolean,
  kubeconfigPath: string | undefined,
  context: string | undefined,
): ApiSettings | undefined {
  if (!isGiven && (kubeconfigPath !== undefined || context !== undefined))
    throw usage(
      checkCommand,
      `--${kubeconfigPath === undefined ? 'context' : 'kubeconfig'} is given without --cluster, which alone asks an API server; add --cluster`,
    );
  if (!isGiven) return undefined;
  return { ...(kubeconfigPath !== undefined && { kubeconfigPath }), ...(context !== undefined && { context }) };
}

function platformsOf(list: string | undefined): readonly Platform[] | undefined {
  if (list === undefined) return undefined;
  const parsed = parsePlatformList(list);
  if (!parsed.ok) throw usage(checkCommand, `--platform: ${parsed.error}`);
  return parsed.platforms;
}
