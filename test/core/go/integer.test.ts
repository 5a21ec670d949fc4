import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseGoInt64 } from '../../../src/core/go/integer.ts';

test.each([
  ['0', 0n],
  ['-0', 0n],
  ['+5', 5n],
  ['007', 7n],
  ['-00000000000000000000000000000009', -9n],
  ['9223372036854775807', 9223372036854775807n],
  ['-9223372036854775808', -9223372036854775808n],
])('reads %j', (text, value) => {
  expect(parseGoInt64(text)).toBe(value);
});

test.each([
  '',
  '+',
  '-',
  '--1',
  '+-1',
  ' 1',
  '1 ',
  '1\n',
  '1_000',
  '0x10',
  '1e3',
  '1.0',
  '٣',
  '9223372036854775808',
  '-9223372036854775809',
  '18446744073709551616',
])('refuses %j', (text) => {
  expect(parseGoInt64(text)).toBeUndefined();
});

test('reads every integer of 64 bits, and none beyond', () => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 66n), 2n ** 66n), (value) => {
      const isInRange = value >= -(2n ** 63n) && value < 2n ** 63n;
      expect(parseGoInt64(String(value))).toBe(isInRange ? value : undefined);
    }),
  );
});

test('a million digits are read', () => {
  expect(parseGoInt64('9'.repeat(1_000_000))).toBeUndefined();
  expect(parseGoInt64(`${'0'.repeat(1_000_000)}7`)).toBe(7n);
  expect(parseGoInt64(`${'0'.repeat(1_000_000)}x`)).toBeUndefined();
});
