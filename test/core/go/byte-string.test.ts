import { describe, expect, test } from 'vitest';
import { byteStringOf, runeAt } from '../../../src/core/go/byte-string.ts';

test('byteStringOf gives one character a byte', () => {
  expect(byteStringOf('aé\u{1f600}')).toBe('a\xc3\xa9\xf0\x9f\x98\x80');
  expect(byteStringOf('é'.repeat(500_000))).toBe('\xc3\xa9'.repeat(500_000));
});

test('sorts as UTF-8 does, where UTF-16 would not', () => {
  const [high, low] = ['\u{1f600}', '\u{ffee}'] as const;

  expect(high > low).toBe(false);
  expect(byteStringOf(high) > byteStringOf(low)).toBe(true);
});

describe('runeAt', () => {
  test.each(['a', 'é', '\u{7ff}', '\u{800}', '\u{ffff}', '\u{10000}', '\u{10ffff}'])('reads %j', (text) => {
    const bytes = byteStringOf(text);

    expect(runeAt(bytes, 0)).toEqual({ value: text.codePointAt(0), size: bytes.length });
  });

  test.each([
    ['a lone continuation', '\x80'],
    ['overlong', '\xc1\xbf'],
    ['overlong in three', '\xe0\x9f\xbf'],
    ['overlong in four', '\xf0\x8f\xbf\xbf'],
    ['cut off', '\xe2\x82'],
    ['a surrogate', '\xed\xa0\x80'],
    ['beyond Unicode', '\xf4\x90\x80\x80'],
    ['five bytes', '\xf8\x88\x80\x80\x80'],
  ])('takes one byte where no character starts: %s', (_name, bytes) => {
    expect(runeAt(bytes, 0)).toEqual({ value: 0xfffd, size: 1 });
  });
});
