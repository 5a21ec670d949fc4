/** S24: hostile names through standard output and standard error of every command and format. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { formats } from '../../src/report/format/format.ts';
import { aPod } from '../support/api-objects.ts';

const main = join(import.meta.dirname, '../../src/main.ts');
const hostile =
  'x\n::error file=ci.yml::injected\n::stop-commands::pwn\u001b[31m\r\u202e##[error]injected ##vso[task.x]';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pullgate-test-'));
  await mkdir(join(directory, '::error file=a::injected'));
  await writeFile(join(directory, '::error file=a::injected', 'pod.yaml'), 'kind: [\n');
  await writeFile(join(directory, '::warning::injected\n::error::injected\u001b[31m.yaml'), 'kind: [\n');
  const pod = aPod({ namespace: hostile, images: ['Upper:1', hostile] });
  await writeFile(join(directory, 'pod.json'), JSON.stringify(pod));
  return () => rm(directory, { recursive: true });
});

async function run(args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill());
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  await once(child, 'close');
  return { output, errors };
}

/** Lines that a CI system would act on, and lines with characters that a terminal would act on. */
function actedOn(text: string): readonly string[] {
  return text.split('\n').filter((line) => /^\s*::|##\w*\[|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line));
}

const operands = ['::error file=a::injected', '::warning::injected\n::error::injected\u001b[31m.yaml', 'pod.json'];

test.each(formats.filter((format) => format !== 'github'))('check --output %s', async (format) => {
  const { output, errors } = await run(['check', '--output', format, ...operands]);

  expect(output).not.toBe('');
  expect(actedOn(output)).toEqual([]);
  expect(actedOn(errors)).toEqual([]);
});

test('check --output github: its own annotations are the only commands', async () => {
  const { output, errors } = await run(['check', '--output', 'github', ...operands]);
  const commands = actedOn(output);

  expect(commands).not.toEqual([]);
  expect(
    commands.filter((line) => !/^::(?:error|warning|notice) (?:file=|title=)[^\p{Cc}\p{Cf}]*$/u.test(line)),
  ).toEqual([]);
  expect(commands.filter((line) => /^::error file=ci\.yml|^::stop-commands/.test(line))).toEqual([]);
  expect(actedOn(errors)).toEqual([]);
});

test.each([
  { args: [hostile] },
  { args: ['check', `--${hostile}`] },
  { args: ['check', '--config', hostile] },
  { args: ['check', '--output', hostile, 'pod.json'] },
  { args: ['check', '--output', `json=${hostile}/x`, 'pod.json'] },
  { args: ['check', '--cluster', '--kubeconfig', hostile, 'pod.json'] },
  { args: ['serve', `--${hostile}`] },
  { args: ['serve', '--config', hostile] },
  { args: ['serve', '--facts', hostile] },
  { args: ['serve', '--kubeconfig', hostile] },
  { args: ['serve', '--facts', 'pod.json', '--tls-cert', hostile, '--tls-key', hostile] },
])('usage errors: $args', async ({ args }) => {
  const { output, errors } = await run(args);

  expect(output + errors).not.toBe('');
  expect(actedOn(`${output}${errors}`)).toEqual([]);
});
