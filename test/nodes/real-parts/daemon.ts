/** A program that runs until the sandbox ends, and the wait until it answers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export type Daemon = { readonly name: string; readonly log: string; readonly process: ChildProcess };

export type DaemonOptions = {
  readonly name: string;
  /** A program and its arguments. */
  readonly command: readonly string[];
  readonly logs: string;
  readonly path: readonly string[];
  /** Home and working folder: whatever a program looks for there must not be the developer's. */
  readonly home: string;
};

const systemPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export function startDaemon({ name, command, logs, path, home }: DaemonOptions): Daemon {
  const log = join(logs, `${name}.log`);
  const output = openSync(log, 'a');
  // Nothing of the developer's environment goes along: a proxy variable would change what containerd asks.
  const env = { PATH: [...path, ...systemPath].join(':'), HOME: home };
  const [program = '', ...args] = command;
  const process = spawn(program, args, { cwd: home, env, stdio: ['ignore', output, output] });
  process.on('error', () => {});
  return { name, log, process };
}

/** Asks until there is an answer. Fails when the program has ended or the time is over. */
export async function waitFor<T>(
  daemon: Daemon,
  what: string,
  ask: () => Promise<T | undefined>,
  withinMs = 60_000,
): Promise<T> {
  const end = performance.now() + withinMs;
  while (performance.now() < end) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    if (daemon.process.exitCode !== null || daemon.process.pid === undefined) break;
    await setTimeout(25);
  }
  const tail = readFileSync(daemon.log, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
  throw new Error(`${daemon.name}: ${what} did not come about\n${tail}`);
}
