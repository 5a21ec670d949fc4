/** The flags of a check, read once. */
import type { CommandSpec } from '../../cli/command.ts';
import { choiceOf, type ParsedFlags, usage } from '../../cli/parse-flags.ts';
import { parsePlatformList } from '../../config/platform-list.ts';
import { parseGoDurationMs } from '../../core/go/duration.ts';
import type { Platform } from '../../core/image/platform.ts';
import { type Mode, modes } from '../../core/verdict/verdict.ts';
import { concurrencyOf, namespaceOf, timeoutMsOf } from '../../examination/flags.ts';
import { type Output, outputsOf } from '../../examination/outputs.ts';
import { type FailOn, failOns } from '../../report/exit-code.ts';
import { type Format, formats } from '../../report/format/format.ts';
import type { ApiSettings } from '../../sources/cluster/api.ts';
import { checkCommand } from './command.ts';

/** Of every run that ends with a report, whatever was examined. */
export type RunOptions = {
  readonly outputs: readonly Output<Format>[];
  readonly mode: Mode;
  readonly platforms?: readonly Platform[];
  readonly failOn: FailOn;
  /** As written: `KEY=VALUE`, `KEY@REGISTRY=VALUE`. */
  readonly assume: readonly string[];
  readonly configPath?: string;
  readonly dockerConfigPath?: string;
  readonly examinerConfigPath?: string;
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** For images that are not there yet. */
  readonly waitMs: number;
  readonly isStrict: boolean;
};

export type CheckOptions = RunOptions & {
  readonly paths: readonly string[];
  /** Of objects that name none. */
  readonly namespace?: string;
  /** Where the facts of the world come from an API server. */
  readonly cluster?: ApiSettings;
  readonly ignore: readonly string[];
  readonly isRendering: boolean;
  /** Paths. */
  readonly baseline?: string;
  readonly writeBaseline?: string;
};

/** @throws UsageError */
export function checkOptionsOf(flags: ParsedFlags): CheckOptions {
  const paths = [...(flags.values.get('filename') ?? []), ...flags.operands];
  if (paths.length === 0) throw usage(checkCommand, 'name a file, a directory, or - for standard input');
  const lastOf = (flag: string) => flags.values.get(flag)?.at(-1);
  const run = runOptionsOf(checkCommand, flags);
  const written = lastOf('namespace');
  const namespace = written === undefined ? undefined : namespaceOf(checkCommand, written);
  const cluster = clusterOf(flags.given.has('cluster'), lastOf('kubeconfig'), lastOf('context'));
  if (cluster && run.platforms)
    throw usage(checkCommand, '--platform and --cluster are both given; use only one of them');
  const baseline = lastOf('baseline');
  const writeBaseline = lastOf('write-baseline');
  return {
    ...run,
    paths,
    ...(namespace !== undefined && { namespace }),
    ...(cluster && { cluster }),
    ignore: flags.values.get('ignore') ?? [],
    isRendering: flags.given.has('render'),
    ...(baseline !== undefined && { baseline }),
    ...(writeBaseline !== undefined && { writeBaseline }),
  };
}

/** The flags that both commands have. @throws UsageError */
export function runOptionsOf(command: CommandSpec, flags: ParsedFlags): RunOptions {
  const lastOf = (flag: string) => flags.values.get(flag)?.at(-1);
  const platforms = platformsOf(command, lastOf('platform'));
  const configPath = lastOf('config');
  const dockerConfigPath = lastOf('docker-config');
  const examinerConfigPath = lastOf('examiner-config');
  return {
    outputs: outputsOf(command, flags.values.get('output') ?? ['text'], formats),
    mode: choiceOf(command, flags, 'mode', modes, 'enforce'),
    ...(platforms && { platforms }),
    failOn: choiceOf(command, flags, 'fail-on', failOns, 'deny'),
    assume: flags.values.get('assume') ?? [],
    ...(configPath !== undefined && { configPath }),
    ...(dockerConfigPath !== undefined && { dockerConfigPath }),
    ...(examinerConfigPath !== undefined && { examinerConfigPath }),
    concurrency: concurrencyOf(command, lastOf('concurrency')),
    isStrict: flags.given.has('strict'),
    timeoutMs: timeoutMsOf(command, lastOf('timeout') ?? '5m'),
    waitMs: waitMsOf(command, lastOf('wait')),
  };
}

function waitMsOf(command: CommandSpec, text: string | undefined): number {
  const ms = text === undefined ? 0 : parseGoDurationMs(text);
  if (ms === undefined || ms < 0)
    throw usage(command, `--wait ${JSON.stringify(text)} is not a duration, such as 90s or 5m`);
  return ms;
}

function clusterOf(
  isGiven: boolean,
  kubeconfigPath: string | undefined,
  context: string | undefined,
): ApiSettings | undefined {
  if (!isGiven && (kubeconfigPath !== undefined || context !== undefined))
    throw usage(
      checkCommand,
      `--${kubeconfigPath === undefined ? 'context' : 'kubeconfig'} needs --cluster; add --cluster`,
    );
  if (!isGiven) return undefined;
  return { ...(kubeconfigPath !== undefined && { kubeconfigPath }), ...(context !== undefined && { context }) };
}

function platformsOf(command: CommandSpec, list: string | undefined): readonly Platform[] | undefined {
  if (list === undefined) return undefined;
  const parsed = parsePlatformList(list);
  if (!parsed.ok) throw usage(command, `--platform: ${parsed.error}`);
  return parsed.platforms;
}
