import { describe, expect, test } from 'vitest';
import type { QueryPair } from '../../../src/core/go/query.ts';
import { parseRealm, withQuery } from '../../../src/core/registry/realm.ts';

describe('a realm', () => {
  test.each([
    ['https://auth.example.com/token', 'https', 'auth.example.com', false],
    ['HTTPS://Auth.Example.com:8443/token', 'https', 'Auth.Example.com:8443', false],
    ['http://[::1]:5000/token', 'http', '[::1]:5000', false],
    ['https://user:secret@auth.example.com/token', 'https', 'auth.example.com', true],
    ['https://registry.example.com@evil.test/', 'https', 'evil.test', true],
    ['https://auth.example.com?a=b@c', 'https', 'auth.example.com', false],
  ])('%s', (text, scheme, host, hasUserInfo) => {
    expect(parseRealm(text)).toEqual({ ok: true, realm: { scheme, host, hasUserInfo, url: text } });
  });

  test('is requested in ASCII', () => {
    expect(parseRealm('https://auth.example.com/tökén')).toMatchObject({
      ok: true,
      realm: { url: 'https://auth.example.com/t%C3%B6k%C3%A9n' },
    });
  });

  test.each([
    ['', 'unsupported protocol scheme ""'],
    ['/token', 'unsupported protocol scheme ""'],
    ['//auth.example.com/token', 'unsupported protocol scheme ""'],
    ['ftp://auth.example.com/', 'unsupported protocol scheme "ftp"'],
    ['https:///token', 'no Host in request URL'],
    ['https:auth.example.com', 'no Host in request URL'],
    ['https://auth.example.com:port/', 'invalid token auth challenge realm'],
    ['https://auth.example.com/\u0000', 'invalid token auth challenge realm'],
  ])('is not %j', (text, error) => {
    expect(parseRealm(text)).toEqual({ ok: false, error });
  });
});

describe('the query', () => {
  test.each<[string, readonly QueryPair[], string]>([
    [
      'https://a.test/token',
      [
        ['scope', 'b'],
        ['scope', 'a'],
        ['account', 'x'],
      ],
      'https://a.test/token?account=x&scope=b&scope=a',
    ],
    ['https://a.test/token?z=1&a=2', [['m', '3']], 'https://a.test/token?a=2&m=3&z=1'],
    ['https://a.test/token?scope=other', [['scope', 'own']], 'https://a.test/token?scope=other&scope=own'],
    ['https://a.test/token#top', [['a', 'b c&d']], 'https://a.test/token?a=b+c%26d'],
    ['https://a.test/token?a=1#b?c=2', [], 'https://a.test/token?a=1'],
  ])('of %s', (url, pairs, expected) => {
    expect(withQuery({ scheme: 'https', host: 'a.test', hasUserInfo: false, url }, pairs)).toBe(expected);
  });
});
