import { expect, test } from 'vitest';
import { isSameLogin, sentAs } from '../../../src/core/credential/credential.ts';
import { secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';

const credential = (username: string, password: string, key = 'a.io') => ({
  username: secretBytesOf(username),
  password: secretBytesOf(password),
  origin: { source: 'secret', name: 'regcred', key } as const,
});

test.each([
  ['u', 'p', 'as-given'],
  ['u', '', 'anonymous-token'],
  ['', 'p', 'dropped'],
  ['', '', 'dropped'],
  ['\0', ' ', 'as-given'],
])('user name %j and password %j are sent: %s', (username, password, expected) => {
  expect(sentAs(credential(username, password))).toBe(expected);
});

test('a login is the same whatever its origin', () => {
  expect(isSameLogin(credential('u', 'p'), credential('u', 'p', 'https://a.io'))).toBe(true);
  expect(isSameLogin(credential('u', 'p'), credential('u', 'q'))).toBe(false);
  expect(isSameLogin(credential('u', 'p'), credential('v', 'p'))).toBe(false);
});
