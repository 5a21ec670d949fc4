import { expect, test } from 'vitest';
import { isLowerCaseGo, lowerCaseGo } from '../../../src/core/go/lower-case.ts';

test.each([
  ['', ''],
  ['Foo/BAR', 'foo/bar'],
  ['É', 'é'],
  ['\u{130}stanbul', 'istanbul'],
  ['\u{212a}elvin', 'kelvin'],
  ['\u{1c5}', '\u{1c6}'],
  ['ΟΔΟΣ', 'οδοσ'],
])('%s becomes %s', (text, lower) => {
  expect(lowerCaseGo(text)).toBe(lower);
  expect(isLowerCaseGo(text)).toBe(text === lower);
});

test('what has no lower case is lower case', () => {
  expect(isLowerCaseGo('ß例_1😀\u{d800}')).toBe(true);
});
