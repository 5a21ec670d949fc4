import { describe, expect, test } from 'vitest';
import { foldName, membersNamed, parseGoJson } from '../../../src/core/go/json.ts';

describe('parseGoJson', () => {
  test('keeps members in order, duplicates included', () => {
    expect(parseGoJson('{"a":1,"b":[true,null,"x"],"a":{}}')).toEqual({
      ok: true,
      value: {
        kind: 'object',
        members: [
          ['a', { kind: 'number', text: '1' }],
          [
            'b',
            {
              kind: 'array',
              items: [{ kind: 'boolean', value: true }, { kind: 'null' }, { kind: 'string', value: 'x' }],
            },
          ],
          ['a', { kind: 'object', members: [] }],
        ],
      },
    });
  });

  test.each([
    ['', 'unexpected end of JSON input'],
    ['{', 'unexpected end of JSON input'],
    ['[1,]', 'invalid character "]" looking for beginning of value'],
    ['{"a":1,}', 'invalid character "}" looking for beginning of object key string'],
    ['{"a" 1}', 'invalid character "1" after object key'],
    ['{"a":1 "b":2}', 'invalid character "\\"" after object key:value pair'],
    ['[1 2]', 'invalid character "2" after array element'],
    ['1 2', 'invalid character "2" after top-level value'],
    ['01', 'invalid character "1" after top-level value'],
    ['nul', 'invalid character "n" looking for beginning of value'],
    ['"\u0001"', 'invalid character "\\u0001" in string literal'],
    [String.raw`"\x"`, 'invalid character "x" in string escape code'],
    [String.raw`"\u12g4"`, 'invalid character "u" in string escape code'],
    ['\u{feff}{}', 'invalid character "\u{feff}" looking for beginning of value'],
  ])('refuses %j', (text, error) => {
    expect(parseGoJson(text)).toEqual({ ok: false, error });
  });

  test.each([
    [String.raw`"\ud83d\ude00 \" \/ \n"`, '\u{1f600} " / \n'],
    [String.raw`"\ud83d"`, '\u{fffd}'],
    [String.raw`"\ude00\ud83d"`, '\u{fffd}\u{fffd}'],
  ])('reads the escapes of %s', (text, value) => {
    expect(parseGoJson(text)).toEqual({ ok: true, value: { kind: 'string', value } });
  });

  test('accepts 10,000 levels and refuses one more', () => {
    expect(parseGoJson('['.repeat(10_000) + ']'.repeat(10_000)).ok).toBe(true);
    expect(parseGoJson('['.repeat(10_001) + ']'.repeat(10_001))).toEqual({ ok: false, error: 'exceeded max depth' });
    expect(parseGoJson('{"a":'.repeat(1_000_000)).ok).toBe(false);
  });

  test('names of the prototype are plain members', () => {
    const parsed = parseGoJson('{"__proto__":1,"constructor":2}');

    expect(parsed.ok && parsed.value.kind === 'object' && parsed.value.members.map(([name]) => name)).toEqual([
      '__proto__',
      'constructor',
    ]);
    expect(parseGoJson(String.raw`"\constructor"`).ok).toBe(false);
  });
});

test('membersNamed folds names as Go does', () => {
  const parsed = parseGoJson('{"AUTHS":1,"auth\u{17f}":2,"author":3,"auths":4}');
  if (!parsed.ok || parsed.value.kind !== 'object') throw new Error('not an object');

  expect(membersNamed(parsed.value, 'auths')).toEqual([
    { kind: 'number', text: '1' },
    { kind: 'number', text: '2' },
    { kind: 'number', text: '4' },
  ]);
  expect(foldName('\u{212a}ey')).toBe('key');
});
