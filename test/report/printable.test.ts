import { string as anyString, assert as check, nat, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printable } from '../../src/report/printable.ts';

describe('foreign text', () => {
  test.each([
    ['plain text stays', 'registry.example.com/shop/web:1', 'registry.example.com/shop/web:1'],
    ['letters of other alphabets, and emoji', 'süß/日:🚢', 's\\u{fc}\\u{df}/\\u{65e5}:\\u{1f6a2}'],
    ['a space stays', 'a b', 'a b'],
    ['a line break', 'a\nb\r\n', 'a\\u{a}b\\u{d}\\u{a}'],
    ['an ANSI sequence', '\u001b[31mred', '\\u{1b}[31mred'],
    ['C1 and DEL', '\u009b31m\u007f', '\\u{9b}31m\\u{7f}'],
    ['bidi overrides and isolates', 'a\u202eb\u2066c\u200f\u061c', 'a\\u{202e}b\\u{2066}c\\u{200f}\\u{61c}'],
    ['line and paragraph separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['what has no width', 'ngin\u200bx\ufeff\u{e0041}', 'ngin\\u{200b}x\\u{feff}\\u{e0041}'],
    ['a space that is none', 'nginx\u00a0', 'nginx\\u{a0}'],
    ['half a surrogate pair', 'a\ud83d!', 'a\\u{d83d}!'],
    ['what is no character', '\uffff\ufdd0', '\\u{ffff}\\u{fdd0}'],
    ['nothing', '', ''],
  ])('%s', (_, text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test.each([
    ['0123456789', 10, '0123456789'],
    ['0123456789a', 10, '0123...89a'],
    ['ab\ncd', 8, 'ab...cd'],
    ['\n\n\n\n', 16, '\\u{a}...\\u{a}'],
    ['abcd', 3, '...'],
    ['🚢🚢🚢🚢', 21, '\\u{1f6a2}...\\u{1f6a2}'],
  ])('%j in %d units is %j', (text, max, expected) => {
    expect(printable(text, max)).toBe(expected);
  });

  test('is never longer than asked for, and nothing unseen is left', () => {
    check(
      property(anyString({ unit: 'binary', maxLength: 60 }), nat(80), (text, max) => {
        const shown = printable(text, max + 3);
        expect(shown.length).toBeLessThanOrEqual(max + 3);
        expect(shown).toMatch(/^[ -~]*$/);
      }),
    );
  });

  test('a megabyte is shortened at once', () => {
    expect(printable('\u001b'.repeat(1 << 20), 20)).toBe('\\u{1b}...\\u{1b}');
  });
});
