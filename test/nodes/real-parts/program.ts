import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program to its end. Fails with what it wrote on standard error. */
export const runProgram: (command: string, args: readonly string[]) => Promise<{ stdout: string }> =
  promisify(execFile);
