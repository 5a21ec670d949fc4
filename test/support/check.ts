/** `pullgate check` as a user runs it: a process, its output, its exit code. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { PullReport } from '../../src/report/pull-report.ts';

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

/** @param objects written as a stream of documents */
export async function checkObjects(objects: readonly object[], args: readonly string[] = []): Promise<PullReport> {
  const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const ran = await runPullgate(['check', '-o', 'json', ...args, '-'], { input });
  if (ran.output === '') throw new Error(`no report: ${ran.errors}`);
  return JSON.parse(ran.output) as PullReport;
}
