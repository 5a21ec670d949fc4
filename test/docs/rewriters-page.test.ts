import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { rewritersPage } from '../../tools/rewriters-page.ts';

test('docs/rewriters.md has the table of the code: write it again with "node tools/rewriters-page.ts > docs/rewriters.md"', () => {
  expect(readFileSync('docs/rewriters.md', 'utf8')).toBe(rewritersPage());
});
