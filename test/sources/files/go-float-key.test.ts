import { expect, test } from 'vitest';
import { goFloatKey } from '../../../src/sources/files/go-float-key.ts';

/** What strconv.FormatFloat(value, 'g', -1, 32) answered. */
test.each([
  [0, '0'],
  [-0, '-0'],
  [1.1, '1.1'],
  [0.1, '0.1'],
  [-0.5, '-0.5'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [123456, '123456'],
  [1234567, '1.234567e+06'],
  [1234567.5, '1.2345675e+06'],
  [123456789.5, '1.2345679e+08'],
  [0.30000000000000004, '0.3'],
  [1e21, '1e+21'],
  [3.4028234663852886e38, '3.4028235e+38'],
  [1e39, '.inf'],
  [-1e39, '-.inf'],
  [1e-45, '1e-45'],
  [1e-50, '0'],
  [Number.NaN, '.nan'],
  [Number.POSITIVE_INFINITY, '.inf'],
])('%d is the name %s', (value, name) => {
  expect(goFloatKey(value)).toBe(name);
});
