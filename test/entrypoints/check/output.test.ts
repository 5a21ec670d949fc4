/** What a run does where its output cannot be written. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aPod } from '../../support/api-objects.ts';

const main = join(import.meta.dirname, '../../../src/main.ts');
const denied = JSON.stringify(aPod({ images: ['Upper:1'] }));

type Ended = { readonly exitCode: number | null; readonly errors: string };

async function runInto(args: readonly string[], output: 'full' | 'closed', input = denied): Promise<Ended> {
  const full = output === 'full' ? openSync('/dev/full', 'w') : undefined;
  const child = spawn(process.execPath, [main, ...args], { stdio: ['pipe', full ?? 'pipe', 'pipe'] });
  if (full !== undefined) closeSync(full);
  child.stdout?.destroy();
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  await once(child, 'close');
  return { exitCode: child.exitCode, errors };
}

test.each([[['check', '-']], [['check', '--help']], [['--version']]])('%j on a full disk', async (args) => {
  expect(await runInto(args, 'full')).toEqual({
    exitCode: 3,
    errors: 'pullgate: cannot write the output (ENOSPC)\n',
  });
});

test.each([
  { what: 'findings', input: denied, exitCode: 1 },
  { what: 'bad input', input: 'a: [', exitCode: 2 },
  { what: 'nothing', input: '{}', exitCode: 0 },
  { what: 'no input', input: '', exitCode: 2 },
])('whoever reads no further gets the exit code of the check nevertheless: $what', async ({ input, exitCode }) => {
  expect(await runInto(['check', '-'], 'closed', input)).toEqual({ exitCode, errors: '' });
});
