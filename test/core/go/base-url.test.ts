import { expect, test } from 'vitest';
import { parseBaseUrl } from '../../../src/core/go/base-url.ts';

test.each([
  ['https://quay.io', 'https', 'quay.io', ''],
  ['HTTPS://Quay.IO/Team', 'https', 'Quay.IO', '/Team'],
  ['https://quay.io:99999/', 'https', 'quay.io:99999', '/'],
  ['https://quay.io:', 'https', 'quay.io:', ''],
  ['https://user:pw@quay.io/x?y#z', 'https', 'quay.io', '/x'],
  ['https://a@b@quay.io', 'https', 'quay.io', ''],
  ['https://[::1]:5000/v2', 'https', '[::1]:5000', '/v2'],
  ['https://[fe80::1%25eth0]', 'https', '[fe80::1%eth0]', ''],
  ['https://%C3%BC.io', 'https', 'ü.io', ''],
  ['https://ü.io/a%20b%2Fc', 'https', 'ü.io', '/a b/c'],
  ['https://a"<b>.io', 'https', 'a"<b>.io', ''],
  ['https://', 'https', '', ''],
  ['https:/mirror', 'https', '', '/mirror'],
  ['https:mirror', 'https', '', ''],
  ['http-registry:5000', 'http-registry', '', ''],
  ['httpd.example.com', '', '', 'httpd.example.com'],
  ['//quay.io/x', '', 'quay.io', '/x'],
  ['///x', '', '', '///x'],
  ['mongodb://a:1,b:2', 'mongodb', 'a:1,b:2', ''],
  ['', '', '', ''],
  ['*', '', '', '*'],
])('%s', (text, scheme, host, path) => {
  expect(parseBaseUrl(text)).toEqual({ scheme, host, path });
});

test.each([
  'https://up stream',
  'https://quay.io:x',
  'https://a:1:2',
  'https://quay.io/%zz',
  'https://quay.io/%4',
  'https://quay.io/#%zz',
  'https://%41.io',
  'https://a|b.io',
  'https://[::1',
  'https://[::1]x',
  'https://a[::1]',
  'https://[127.0.0.1]',
  'https://[::1%eth0]',
  'https://[fe80::1%25]',
  'https://us er@quay.io',
  'https://a/b\u0000',
  '://quay.io',
  'http_d:x/y',
])('%s is none', (text) => {
  expect(parseBaseUrl(text)).toBeUndefined();
});

test('percent signs without end are none, and escapes without end are read', () => {
  expect(parseBaseUrl(`https://a/${'%'.repeat(200_000)}`)).toBeUndefined();
  expect(parseBaseUrl(`https://a/${'%61'.repeat(200_000)}`)?.path).toBe(`/${'a'.repeat(200_000)}`);
});
