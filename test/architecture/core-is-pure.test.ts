import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** What the core's own `tsconfig.json` cannot see: these are part of the language, not of the host. */
const impure: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['is asynchronous', /\b(async|await|Promise)\b/],
  ['reads the clock', /\bDate\b|\bperformance\b/],
  ['rolls dice', /\bMath\.random\b/],
];

const files = globSync('src/core/**/*.ts').filter((file) => !file.endsWith('.d.ts'));

test('there is a core', () => {
  expect(files.length).toBeGreaterThan(10);
});

describe.each(files)('%s', (file) => {
  test.each(impure)('never %s', (_what, pattern) => {
    expect(withoutComments(readFileSync(file, 'utf8'))).not.toMatch(pattern);
  });
});

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');
}
