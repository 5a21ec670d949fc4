/** `pullgate check`: as a user runs it, a process with its output and its exit code; or as a call, which takes a tenth of the time. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { UsageError } from '../../src/cli/command.ts';
import { runImage } from '../../src/entrypoints/check/image.ts';
import { runCheck } from '../../src/entrypoints/check/run.ts';
import type { PullReport } from '../../src/report/pull-report.ts';
import { makeHurriedClock } from './clock.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

export type Ran = { readonly exitCode: number; readonly output: string; readonly errors: string };

export type RunOptions = {
  readonly input?: string | Uint8Array;
  readonly environment?: Record<string, string>;
  readonly directory?: string;
};

export function runPullgate(args: readonly string[], { input, environment, directory }: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', ...environment };
    const options = { env, maxBuffer: 64 * 1024 * 1024, ...(directory !== undefined && { cwd: directory }) };
    const child = execFile(process.execPath, [main, ...args], options, (error, output, errors) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, output, errors });
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

type CallOptions = Pick<RunOptions, 'input' | 'environment'>;

/** @param args of `check` */
export function callCheck(args: readonly string[], options?: CallOptions): Promise<Ran> {
  return call(runCheck, args, options);
}

/** @param args of `image` */
export function callImage(args: readonly string[], options?: CallOptions): Promise<Ran> {
  return call(runImage, args, options);
}

async function call(
  run: typeof runCheck,
  args: readonly string[],
  { input = '', environment }: CallOptions = {},
): Promise<Ran> {
  const written = { output: '', errors: '' };
  const surroundings = {
    version: '0.0.0-test',
    standardInput: Readable.from([Buffer.from(input)]),
    standardOutput: { write: (text: string) => (written.output += text) },
    standardError: { write: (text: string) => (written.errors += text) },
    environment: { PATH: process.env.PATH, NO_COLOR: '1', ...environment },
    clock: makeHurriedClock(),
  };
  try {
    const exitCode = await run(args, surroundings);
    return { exitCode, ...written };
  } catch (error) {
    // As `main.ts` does.
    if (!(error instanceof UsageError)) throw error;
    return { exitCode: 2, output: written.output, errors: `${written.errors}${error.message.trimEnd()}\n` };
  }
}

/** @param objects written as a stream of documents */
export async function checkObjects(objects: readonly object[], args: readonly string[] = []): Promise<PullReport> {
  const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const ran = await callCheck(['-o', 'json', ...args, '-'], { input });
  if (ran.output === '') throw new Error(`no report: ${ran.errors}`);
  return JSON.parse(ran.output) as PullReport;
}
