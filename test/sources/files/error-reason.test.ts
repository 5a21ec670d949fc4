import { expect, test } from 'vitest';
import { errorReason } from '../../../src/sources/files/error-reason.ts';

test.each([
  [
    Object.assign(new Error('x'), { code: 'EACCES' }),
    'cannot be read: permission denied; make it readable for this user',
  ],
  [
    Object.assign(new Error('x'), { code: 'EPERM' }),
    'cannot be read: permission denied; make it readable for this user',
  ],
  [Object.assign(new Error('x'), { code: 'ESTALE' }), 'cannot be read (ESTALE); check the file and its disk'],
  [new Error('x'), 'cannot be read (unknown error); check the file and its disk'],
  ['x', 'cannot be read (unknown error); check the file and its disk'],
])('%s', (error, reason) => {
  expect(errorReason(error)).toBe(reason);
});
