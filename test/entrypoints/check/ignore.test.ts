/** Patterns of `--ignore` as git reads them, in the current directory and in the one that is named. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ignoring } from '../../../src/entrypoints/check/ignore.ts';
import { callCheck } from '../../support/check.ts';

const file = { isDirectory: false, below: 'k8s' };

describe('a pattern', () => {
  test.each([
    ['*.test.yaml', 'k8s/a/web.test.yaml', true],
    ['*.test.yaml', 'k8s/a/web.yaml', false],
    ['web.yaml', 'k8s/a/web.yaml', true],
    ['a/web.yaml', 'k8s/a/web.yaml', true],
    ['k8s/a/web.yaml', 'k8s/a/web.yaml', true],
    ['/web.yaml', 'k8s/a/web.yaml', false],
    ['/web.yaml', 'k8s/web.yaml', true],
    ['./k8s/web.yaml', 'k8s/web.yaml', true],
    ['**/a/web.yaml', 'k8s/b/a/web.yaml', true],
    ['k8s/**/web.yaml', 'k8s/web.yaml', true],
    ['k8s/**/web.yaml', 'k8s/a/b/web.yaml', true],
    ['k8s/**', 'k8s/.a/web.yaml', true],
    ['*', 'k8s/.hidden.yaml', true],
    ['k8s/*.yaml', 'k8s/a/web.yaml', false],
    ['w?b.yaml', 'k8s/web.yaml', true],
    ['[a-w]eb.yaml', 'k8s/web.yaml', true],
    ['[!w]eb.yaml', 'k8s/web.yaml', false],
    ['web.{yaml,yml}', 'k8s/web.yaml', false],
    [String.raw`\!web.yaml`, 'k8s/!web.yaml', true],
    ['web.yaml/', 'k8s/web.yaml', false],
  ])('%s of %s', (pattern, path, isIgnored) => {
    expect(ignoring([pattern]).isIgnored(path, file)).toBe(isIgnored);
  });

  test('with a slash at its end is for directories', () => {
    expect(ignoring(['vendor/']).isIgnored('k8s/a/vendor', { ...file, isDirectory: true })).toBe(true);
  });

  test('takes back what an earlier one said; the last counts', () => {
    const { isIgnored, unused } = ignoring(['*.yaml', '!web.yaml', 'nothing.yaml']);
    expect([isIgnored('k8s/web.yaml', file), isIgnored('k8s/api.yaml', file)]).toEqual([false, true]);
    expect(unused()).toEqual(['nothing.yaml']);
  });
});

test('a pattern that matches nothing is said', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pullgate-ignore-'));
  await mkdir(join(directory, 'vendor'));
  for (const name of ['web.yaml', 'vendor/web.yaml'])
    await writeFile(join(directory, name), 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n');

  const ran = await callCheck(['--ignore', 'vendor/', '--ignore', 'vendr/', directory]);

  expect(ran.errors).toBe('pullgate check: --ignore "vendr/" matches nothing\n');
  expect(ran.exitCode).toBe(0);
  await rm(directory, { recursive: true });
});
