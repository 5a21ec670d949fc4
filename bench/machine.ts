/** The machine: which processors are used for what, and how much time processes took on them. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { promisify } from 'node:util';

const isPinning = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** The first processor belongs to what is measured, the second one to what calls it and answers it. */
const processorOf = { measured: '0', measuring: '1' } as const;

/** A command line that runs on the processor of what is measured, where processes can be pinned. */
export function pinned(command: readonly string[]): readonly [string, ...string[]] {
  const [program = '', ...args] = command;
  return isPinning ? ['taskset', '-c', processorOf.measured, program, ...args] : [program, ...args];
}

/** Keeps this process, and those that it starts without `pinned`, off the processor of what is measured. */
export function stepAside(): void {
  if (isPinning)
    execFileSync('taskset', ['-a', '-pc', processorOf.measuring, String(process.pid)], { stdio: 'ignore' });
}

/** Of all threads of a process, in microseconds (Documentation/scheduler/sched-stats.rst: the first number is nanoseconds). */
export function cpuMicrosOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]))
    .reduce((sum, nanoseconds) => sum + nanoseconds / 1000, 0);
}

/** `VmRSS` now, `VmHWM` at most so far. */
export function residentMiB(pid: number, line: 'VmRSS' | 'VmHWM'): number {
  const kibibytes = new RegExp(`^${line}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) / 1024;
}

type Times = { readonly total: number; readonly steal: number };

function timesNow(): Times {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const ticks = line.split(/\s+/).slice(1, 9).map(Number);
  return { total: ticks.reduce((sum, value) => sum + value, 0), steal: ticks[7] ?? 0 };
}

/** @returns the share of time since then that the hypervisor gave to others */
export function watchSteal(): () => number {
  const before = timesNow();
  return () => {
    const now = timesNow();
    return (now.steal - before.steal) / Math.max(1, now.total - before.total);
  };
}

/** `load` of the last minute: above the number of processors others had their share of what is measured here. */
export function machine() {
  const [load = 0] = loadavg();
  return {
    load: Math.round(load * 10) / 10,
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
    isPinned: isPinning,
  };
}

export type Run = { readonly cpuMs: number; readonly wallMs: number };

/** A program from its start to its end: its time, and the CPU time of all that it started. @throws when it fails */
export async function timeOfRun(command: readonly string[]): Promise<Run> {
  // The keyword of bash asks the kernel for the usage of what has ended, which Node has no call for.
  const timed = ['-c', 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>/dev/null', 'bash', ...command];
  const [program, ...args] = pinned(['bash', ...timed]);
  const { stderr } = await promisify(execFile)(program, args).catch((error: unknown) => {
    throw new Error(`${command.join(' ')} failed`, { cause: error });
  });
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(' ').map(Number);
  return { cpuMs: (user + system) * 1000, wallMs: wall * 1000 };
}
