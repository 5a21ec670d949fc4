/** One program, run without a shell: what it wrote to its standard output, or why there is nothing. Never throws. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { errorCode } from '../../file/read-bounded-file.ts';

export type ProgramRun = {
  readonly path: string;
  readonly args: readonly string[];
  /** The whole of it. */
  readonly environment: ReadonlyMap<string, string>;
  readonly input: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

export type ProgramOutput =
  | { readonly kind: 'output'; readonly bytes: Uint8Array }
  /** What follows the name of the program. */
  | { readonly kind: 'failed'; readonly why: string };

const maxBytes = 1024 * 1024;

export async function runProgram(run: ProgramRun): Promise<ProgramOutput> {
  if (run.signal.aborted) return notWaitedFor;
  try {
    const child = started(run);
    if (child.pid !== undefined) return await outputOf(child, run);
    const [error]: unknown[] = await once(child, 'error');
    return cannotBeRun(error);
  } catch (error) {
    // Some errors of the start are thrown, others come as an event.
    return cannotBeRun(error);
  }
}

export const notWaitedFor = { kind: 'failed', why: 'took too long' } as const;

function cannotBeRun(error: unknown): ProgramOutput {
  return { kind: 'failed', why: `cannot be run (${errorCode(error)})` };
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

function started({ path, args, environment }: ProgramRun): Child {
  return spawn(path, args, {
    env: Object.fromEntries(environment),
    // Standard error is not read: a plugin may write secrets there.
    stdio: ['pipe', 'pipe', 'ignore'],
    // A group of its own: plugins are often scripts, and what those started must end with them.
    detached: true,
  });
}

function outputOf(child: Child, { input, timeoutMs, signal }: ProgramRun): Promise<ProgramOutput> {
  const { promise, resolve } = Promise.withResolvers<ProgramOutput>();
  const settle = (output: ProgramOutput) => {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    resolve(output);
  };
  const stop = (output: ProgramOutput) => {
    settle(output);
    endGroup(child.pid);
    child.stdin.destroy();
    child.stdout.destroy();
  };
  const giveUp = () => stop(notWaitedFor);
  const timer = setTimeout(
    () => stop({ kind: 'failed', why: `gave no answer within ${timeoutMs / 1000} s` }),
    timeoutMs,
  );
  signal.addEventListener('abort', giveUp);
  child.on('error', (error) => settle(cannotBeRun(error)));
  const parts: Uint8Array[] = [];
  let length = 0;
  child.on('close', (code, killedBy) => {
    if (code === 0) settle({ kind: 'output', bytes: Buffer.concat(parts) });
    else settle({ kind: 'failed', why: code === null ? `was ended by ${killedBy}` : `ended with exit code ${code}` });
  });
  child.stdout.on('data', (part: Uint8Array) => {
    parts.push(part);
    length += part.length;
    if (length > maxBytes) stop({ kind: 'failed', why: 'writes more than 1 MiB' });
  });
  // Whoever does not read the request may answer nevertheless.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return promise;
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
