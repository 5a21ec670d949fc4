/** Flags that several commands have, described and read alike. Each reader throws UsageError. */
import type { CommandSpec } from '../cli/command.ts';
import { usage } from '../cli/parse-flags.ts';
import { parseGoDurationMs } from '../core/go/duration.ts';

/** Where a run is told what no object says. */
export const settingsFlags = {
  config: { value: 'FILE', help: 'Configuration file. None is searched for.' },
  'docker-config': { value: 'PATH', help: "Credentials that every node has: the kubelet's config.json." },
  'examiner-config': {
    value: 'PATH',
    help: 'A docker config with credentials that are used only to see what exists, where those of the nodes are refused.',
  },
} as const satisfies CommandSpec['flags'];

export const concurrencyFlag = { value: 'N', help: 'Workloads examined at the same time (default 32).' } as const;

const defaultConcurrency = 32;
const mostConcurrency = 1024;
/** Timers of Node take 31 bits of milliseconds. */
const longestTimeoutMs = 2 ** 31 - 1;

export function concurrencyOf(command: CommandSpec, text: string | undefined): number {
  if (text === undefined) return defaultConcurrency;
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > mostConcurrency)
    throw usage(command, `--concurrency ${JSON.stringify(text)} is not a number from 1 to ${mostConcurrency}`);
  return number;
}

export function timeoutMsOf(command: CommandSpec, text: string): number {
  const ms = parseGoDurationMs(text);
  if (ms === undefined || ms <= 0)
    throw usage(command, `--timeout ${JSON.stringify(text)} is not a duration above 0, such as 90s or 5m`);
  return Math.min(Math.ceil(ms), longestTimeoutMs);
}

export function namespaceOf(command: CommandSpec, name: string): string {
  if (name.length > 63 || !/^[a-z\d](?:[-a-z\d]*[a-z\d])?$/.test(name))
    throw usage(
      command,
      `--namespace ${JSON.stringify(name)} is not a valid namespace name; use lower case letters, digits and dashes`,
    );
  return name;
}
