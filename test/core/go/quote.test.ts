import { expect, test } from 'vitest';
import { quoteGo } from '../../../src/core/go/quote.ts';

test.each([
  ['', '""'],
  ['nginx:1', '"nginx:1"'],
  ['"a\\b"', String.raw`"\"a\\b\""`],
  ['\u{7}\b\f\n\r\t\v', String.raw`"\a\b\f\n\r\t\v"`],
  ['\0\u{1b}\u{7f}', String.raw`"\x00\x1b\x7f"`],
  ['\u{80}\u{a0}\u{200b}\u{2028}\u{feff}', String.raw`"\u0080\u00a0\u200b\u2028\ufeff"`],
  ['\u{e000}\u{e0001}\u{10ffff}', String.raw`"\ue000\U000e0001\U0010ffff"`],
  ['é ß 例 😀 �', '"é ß 例 😀 �"'],
  ["it's 100%", `"it's 100%"`],
  ['\u{d800}a\u{dc00}', '"\u{fffd}a\u{fffd}"'],
])('%j is shown as %s', (text, quoted) => {
  expect(quoteGo(text)).toBe(quoted);
});
