import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readBoundedFile } from '../../src/file/read-bounded-file.ts';

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'pullgate-file-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

test('a file of just the size is whole, a larger one is not read', async () => {
  const path = join(await directory(), 'file');
  await writeFile(path, 'a'.repeat(100_000));
  const read = await readBoundedFile(path, 100_000);
  expect(read.kind === 'content' && read.bytes.length).toBe(100_000);
  expect(await readBoundedFile(path, 99_999)).toMatchObject({ kind: 'unread' });
  expect(await readBoundedFile(path, 2048)).toEqual({ kind: 'unread', reason: 'is larger than 2 KiB' });
});

test('what is no file is said, and nothing is waited for', async () => {
  const path = await directory();
  await writeFile(join(path, 'file'), '');
  await symlink('loop', join(path, 'loop'));
  await symlink('nothing', join(path, 'dangling'));
  await symlink('file', join(path, 'link'));
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(path, 'pipe')]);
  const read = (name: string) => readBoundedFile(join(path, name), 10);
  expect(await read('link')).toEqual({ kind: 'content', bytes: Buffer.of() });
  expect(await read('.')).toEqual({ kind: 'directory', reason: 'is a directory' });
  expect(await read('pipe')).toEqual({ kind: 'unread', reason: 'is a pipe or a device, not a file' });
  expect(await read('loop')).toEqual({ kind: 'unread', reason: 'is a symbolic link to itself' });
  expect(await read('dangling')).toEqual({ kind: 'absent', reason: 'does not exist' });
  expect(await read('file/below')).toEqual({ kind: 'below-a-file', reason: 'does not exist' });
  expect(await read('with\0nul')).toEqual({ kind: 'unread', reason: 'cannot be read (ERR_INVALID_ARG_VALUE)' });
});
