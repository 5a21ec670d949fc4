import { expect, test } from 'vitest';
import { decodeGoUtf8 } from '../../../src/core/go/utf8.ts';

test.each([
  ['plain', [0x61, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80], 'aé\u{1f600}'],
  ['a byte order mark is kept', [0xef, 0xbb, 0xbf, 0x61], '\u{feff}a'],
  ['each byte of a cut-off sequence', [0xe2, 0x82, 0x78], '\u{fffd}\u{fffd}x'],
  ['cut off by the end', [0x61, 0xf0, 0x9f], 'a\u{fffd}\u{fffd}'],
  ['overlong', [0xc0, 0xaf], '\u{fffd}\u{fffd}'],
  ['surrogate', [0xed, 0xa0, 0x80], '\u{fffd}\u{fffd}\u{fffd}'],
  ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80], '\u{fffd}\u{fffd}\u{fffd}\u{fffd}'],
])('%s', (_name, bytes, text) => {
  expect(decodeGoUtf8(Uint8Array.from(bytes))).toBe(text);
});
