import { expect, test } from 'vitest';
import { trimGoSpace } from '../../../src/core/go/space.ts';

test.each([
  [' \t\r\n\v\fa b\u{a0}\u{3000}\u{2028}', 'a b'],
  ['\u{85}a\u{85}', 'a'],
  ['\u{feff}a\u{feff}', '\u{feff}a\u{feff}'],
  ['\u{200b}a', '\u{200b}a'],
  [' '.repeat(1_000_000), ''],
])('trims as Go does', (text, trimmed) => {
  expect(trimGoSpace(text)).toBe(trimmed);
});
