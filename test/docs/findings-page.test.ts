import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findingCodes } from '../../src/core/finding/catalogue.ts';
import { findingsPage } from '../../tools/findings-page.ts';

test('docs/findings.md is the catalogue: write it again with "node tools/findings-page.ts > docs/findings.md"', () => {
  expect(readFileSync('docs/findings.md', 'utf8')).toBe(findingsPage());
});

test('the table of the README has every code, and no other', () => {
  const readme = readFileSync('README.md', 'utf8');
  const listed = [...readme.matchAll(/^\| \[`([a-z-]+)`\]\(docs\/findings\.md#([a-z-]+)\)/gm)];

  expect(listed.map(([, code]) => code)).toEqual(findingCodes);
  expect(listed.every(([, code, anchor]) => code === anchor)).toBe(true);
});
