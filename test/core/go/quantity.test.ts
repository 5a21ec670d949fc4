import { expect, test } from 'vitest';
import { parseQuantity } from '../../../src/core/go/quantity.ts';

test.each([
  ['0', 0],
  ['4', 4],
  ['500m', 0.5],
  ['1.5Gi', 1.5 * 1024 ** 3],
  ['64Gi', 64 * 1024 ** 3],
  ['8Ei', 8 * 1024 ** 6],
  ['100k', 100_000],
  ['2M', 2_000_000],
  ['3G', 3e9],
  ['1e3', 1000],
  ['2E6', 2_000_000],
  ['2E', 2e18],
  ['5n', 5e-9],
  ['.5', 0.5],
  ['1.', 1],
  ['-1', -1],
  ['+1', 1],
])('%s', (written, amount) => {
  expect(parseQuantity(written)).toBeCloseTo(amount, 12);
});

test.each(['', 'Gi', '1 Gi', '1gi', '1KI', 'many', '0x10', '1e', '1e9999', '١', '9'.repeat(90)])(
  '%j is none',
  (written) => {
    expect(parseQuantity(written)).toBeUndefined();
  },
);
