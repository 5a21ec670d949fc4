import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPullgate } from '../../support/check.ts';

const root = join(import.meta.dirname, '../../..');

test('a valid file is said to be', async () => {
  const file = join(root, 'examples/configuration.yaml');

  expect(await runPullgate(['config', 'check', file])).toEqual({ exitCode: 0, output: `${file}: valid\n`, errors: '' });
});

test('what is wrong is named with its place', async () => {
  const { output, errors, exitCode } = await runPullgate(['config', 'check', 'package.json'], { directory: root });

  expect(output).toBe('');
  expect(errors).toContain('package.json:2: ');
  expect(exitCode).toBe(2);
});

test('the schema is the published one, and names itself', async () => {
  const { output } = await runPullgate(['config', 'schema']);
  const published: unknown = JSON.parse(await readFile(join(root, 'docs/configuration.schema.json'), 'utf8'));

  expect(JSON.parse(output)).toEqual(published);
  expect(published).toHaveProperty(
    '$id',
    'https://raw.githubusercontent.com/pullgate/pullgate/main/docs/configuration.schema.json',
  );
});

test.each([[[]], [['chek']], [['check']]])('usage: %j', async (args) => {
  expect((await runPullgate(['config', ...args])).exitCode).toBe(2);
});
