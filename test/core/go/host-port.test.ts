import { expect, test } from 'vitest';
import { splitHostPort } from '../../../src/core/go/host-port.ts';

test.each([
  ['quay.io:443', 'quay.io', '443'],
  ['quay.io:', 'quay.io', ''],
  [':80', '', '80'],
  ['[::1]:5000', '::1', '5000'],
  ['[]:5000', '', '5000'],
  ['a:b', 'a', 'b'],
])('%s', (address, host, port) => {
  expect(splitHostPort(address)).toEqual({ host, port });
});

test.each(['', 'quay.io', '[::1]', '::1', 'a:b:c', '[::1]a:5', '[[::1]:5', '[::1]]:5', 'a]:5', '[a', 'a:5]'])(
  '%s is none',
  (address) => {
    expect(splitHostPort(address)).toBeUndefined();
  },
);
