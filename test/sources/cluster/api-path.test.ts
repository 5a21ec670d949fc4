import { describe, expect, test } from 'vitest';
import { namespacePath, objectPath } from '../../../src/sources/cluster/api-path.ts';

describe('the path of an object', () => {
  test.each([
    ['regcred', '/api/v1/namespaces/shop/secrets/regcred'],
    ['a.b-c', '/api/v1/namespaces/shop/secrets/a.b-c'],
    ['...', '/api/v1/namespaces/shop/secrets/...'],
    ['a b?c#d&e\r\n', '/api/v1/namespaces/shop/secrets/a%20b%3Fc%23d%26e%0D%0A'],
    ['é', '/api/v1/namespaces/shop/secrets/%C3%A9'],
    ['__proto__', '/api/v1/namespaces/shop/secrets/__proto__'],
  ])('named %j', (name, path) => {
    expect(objectPath('shop', 'secrets', name)).toBe(path);
  });

  test.each([
    '',
    '.',
    '..',
    '/',
    'a/b',
    '../../kube-system/secrets/x',
    'a%2fb',
    '\ud800',
    'a'.repeat(254),
    '/'.repeat(1e6),
  ])('no object is named %j', (name) => {
    expect(objectPath('shop', 'secrets', name)).toBeUndefined();
    expect(objectPath(name, 'serviceaccounts', 'default')).toBeUndefined();
    expect(namespacePath(name)).toBeUndefined();
  });
});
