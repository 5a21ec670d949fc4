/** The flags of a check, read once. */
import { choiceOf, type ParsedFlags, usage } from '../../cli/parse-flags.ts';
import { parsePlatformList } from '../../config/platform-list.ts';
import { parseGoDurationMs } from '../../core/go/duration.ts';
import type { Platform } from '../../core/image/platform.ts';
import { type Mode, modes } from '../../core/verdict/verdict.ts';
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
  readonly outputs: readonly Output[];
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

/** Without a file it goes to standard output. */
export type Output = { readonly format: Format; readonly file?: string };

const defaultConcurrency = 32;
const mostConcurrency = 1024;
/** Timers of Node take 31 bits of milliseconds. */
const longestTimeoutMs = 2 ** 31 - 1;

/** @throws UsageError */
export function checkOptionsOf(flags: ParsedFlags): CheckOptions {
  const paths = [...(flags.values.get('filename') ?? []), ...flags.operands];
  if (paths.length === 0) throw usage(checkCommand, 'name a file, a directory, or - for standard input');
  const lastOf = (flag: string) => flags.values.get(flag)?.at(-1);
  const namespace = namespaceOf(lastOf('namespace'));
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
    outputs: outputsOf(flags.values.get('output') ?? ['text']),
    mode: choiceOf(checkCommand, flags, 'mode', modes, 'enforce'),
    ...(platforms && { platforms }),
    failOn: choiceOf(checkCommand, flags, 'fail-on', failOns, 'deny'),
    assume: flags.values.get('assume') ?? [],
    ...(configPath !== undefined && { configPath }),
    ...(dockerConfigPath !== undefined && { dockerConfigPath }),
    ...(examinerConfigPath !== undefined && { examinerConfigPath }),
    ignore: flags.values.get('ignore') ?? [],
    concurrency: concurrencyOf(lastOf('concurrency')),
    isStrict: flags.given.has('strict'),
    timeoutMs: timeoutMsOf(lastOf('timeout') ?? '5m'),
  };
}

function outputsOf(written: readonly string[]): readonly Output[] {
  const outputs = written.map((one): Output => {
    const [name = '', ...file] = one.split('=');
    const format = formats.find((known) => known === name);
    if (format === undefined)
      throw usage(checkCommand, `--output ${JSON.stringify(name)} is not one of ${formats.join(', ')}`);
    if (file.length > 0 && file.join('=') === '')
      throw usage(checkCommand, `--output ${name}= names no file; write ${name}=FILE, or ${name} alone`);
    return { format, ...(file.length > 0 && { file: file.join('=') }) };
  });
  const onStandardOutput = outputs.filter(({ file }) => file === undefined);
  if (onStandardOutput.length > 1)
    throw usage(
      checkCommand,
      `--output ${onStandardOutput.map(({ format }) => format).join(' and ')} go to standard output both; name a file for one: ${onStandardOutput[1]?.format}=FILE`,
    );
  const files = outputs.flatMap(({ file }) => (file === undefined ? [] : [file]));
  const twice = files.find((file, index) => files.indexOf(file) !== index);
  if (twice !== undefined)
    throw usage(checkCommand, `--output names ${JSON.stringify(twice)} twice; name another file`);
  return outputs;
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

function namespaceOf(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  if (name.length > 63 || !/^[a-z\d](?:[-a-z\d]*[a-z\d])?$/.test(name))
    throw usage(
      checkCommand,
      `--namespace ${JSON.stringify(name)} is no name of a namespace: lower case, digits and dashes`,
    );
  return name;
}

function concurrencyOf(text: string | undefined): number {
  if (text === undefined) return defaultConcurrency;
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > mostConcurrency)
    throw usage(checkCommand, `--concurrency ${JSON.stringify(text)} is not a number from 1 to ${mostConcurrency}`);
  return number;
}

function timeoutMsOf(text: string): number {
  const ms = parseGoDurationMs(text);
  if (ms === undefined || ms <= 0)
    throw usage(checkCommand, `--timeout ${JSON.stringify(text)} is no duration above 0, such as 90s or 5m`);
  return Math.min(Math.ceil(ms), longestTimeoutMs);
}
