import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
const rows = [...page.matchAll(/^\| ([FS]\d+) +\|[^|]*\| (`.*`) +\|$/gm)].map(([, row = '', files = '']) => ({
  row,
  files: [...files.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
}));

const numbered = (letter: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

test('each fault and each attack has a row, in its order', () => {
  expect(rows.map(({ row }) => row)).toEqual([...numbered('F', 23), ...numbered('S', 33)]);
});

test.each(rows)('$row: its files are there', ({ files }) => {
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
