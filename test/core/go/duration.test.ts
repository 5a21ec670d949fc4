import { expect, test } from 'vitest';
import { parseGoDurationMs } from '../../../src/core/go/duration.ts';

test.each([
  ['0', 0],
  ['-0', 0],
  ['1s', 1000],
  ['300ms', 300],
  ['-1.5h', -5_400_000],
  ['2h45m', 9_900_000],
  ['+2ms', 2],
  ['.5s', 500],
  ['1.s', 1000],
  ['1µs', 0.001],
  ['1μs', 0.001],
  ['1ns', 0.000001],
  ['1s1s', 2000],
  ['00001h', 3_600_000],
  ['9223372036.854775807s', 9_223_372_036_854.775],
])('%s', (text, milliseconds) => {
  expect(parseGoDurationMs(text)).toBeCloseTo(milliseconds, 6);
});

test.each([
  '',
  '+',
  's',
  '.s',
  '1',
  '1d',
  '1 s',
  ' 1s',
  '1S',
  '1s2',
  '--1s',
  '9223372036.854775808s',
  '2562048h',
  '1_000s',
])('%s is none', (text) => {
  expect(parseGoDurationMs(text)).toBeUndefined();
});

test('a million digits are none', () => {
  expect(parseGoDurationMs(`${'9'.repeat(1_000_000)}s`)).toBeUndefined();
  expect(parseGoDurationMs(`0.${'9'.repeat(1_000_000)}s`)).toBeCloseTo(1000, 5);
});
