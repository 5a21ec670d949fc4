import { expect, test } from 'vitest';
import { writtenHostOf } from '../../../src/core/registry/exchange.ts';

test.each([
  ['https://registry.example:443/v2/', 'registry.example:443'],
  ['http://registry.example:80/v2/', 'registry.example:80'],
  ['https://[2001:db8::1]:443', '[2001:db8::1]:443'],
  ['https://registry.example/v2/', undefined],
  ['http://registry.example/v2/', undefined],
  ['https://registry.example:80/v2/', undefined],
  ['http://registry.example:443/v2/', undefined],
  ['https://registry.example:5443/v2/', undefined],
  ['https://registry.example/v2/a:443/', undefined],
  ['https://registry.example/v2/?ns=https://other.example:443', undefined],
])('%s is asked for with the host %s of its own', (url, host) => {
  expect(writtenHostOf(url)).toBe(host);
});
