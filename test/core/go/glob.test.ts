import { describe, expect, test } from 'vitest';
import { byteStringOf } from '../../../src/core/go/byte-string.ts';
import { matchesGlob } from '../../../src/core/go/glob.ts';

const matches = (pattern: string, text: string) => matchesGlob(byteStringOf(pattern), byteStringOf(text));

describe('matches', () => {
  test.each([
    ['', ''],
    ['abc', 'abc'],
    ['*', ''],
    ['*', 'abc'],
    ['a*', 'abc'],
    ['*c', 'abcc'],
    ['a*b*c', 'axbybc'],
    ['**a**', 'a'],
    ['a?c', 'abc'],
    ['?', 'é'],
    ['[a-c]', 'b'],
    ['[^a-c]', 'd'],
    ['[é]', 'é'],
    ['[^a]', '\u{1f600}'],
    [String.raw`[\]]`, ']'],
    [String.raw`[\-x]`, '-'],
    [String.raw`\*`, '*'],
    ['[*]', '*'],
    ['*[ab]*[cd]', 'xaxd'],
  ])('%j matches %j', (pattern, text) => {
    expect(matches(pattern, text)).toBe(true);
  });
});

describe('does not match', () => {
  test.each([
    ['', 'a'],
    ['a', ''],
    ['a', 'A'],
    ['abc', 'abcd'],
    ['*', 'a/b'],
    ['*b', 'a/b'],
    ['?', '/'],
    ['?', ''],
    ['a*c', 'abcd'],
    ['[a-c]', 'd'],
    ['[^a-c]', 'b'],
  ])('%j and %j', (pattern, text) => {
    expect(matches(pattern, text)).toBe(false);
  });
});

describe('a malformed pattern matches nothing', () => {
  test.each([
    ['[', '['],
    ['[]', '[]'],
    ['[]a]', 'a'],
    ['[a', 'a'],
    ['[a-', 'a'],
    ['[a-]', 'a'],
    ['[-a]', '-'],
    ['a\\', 'a\\'],
    ['[^]', 'a'],
    ['a[', 'a'],
  ])('%j', (pattern, text) => {
    expect(matches(pattern, text)).toBe(false);
  });

  test('a byte that is no UTF-8 in a class', () => {
    expect(matchesGlob('[\xff]', '\xff')).toBe(false);
    expect(matchesGlob('\xff', '\xff')).toBe(true);
  });
});

test('never looks back behind a star that was passed', () => {
  expect(matches('*a'.repeat(300_000), `${'a'.repeat(255)}b`)).toBe(false);
  expect(matches(`${'*a'.repeat(100)}*b`, 'a'.repeat(255))).toBe(false);
  expect(matches(`*${'?'.repeat(1_000_000)}`, 'a'.repeat(255))).toBe(false);
});
