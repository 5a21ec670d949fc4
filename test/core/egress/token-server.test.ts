import { describe, expect, test } from 'vitest';
import { parseRealm, passwordObjection } from '../../../src/core/egress/token-server.ts';
import { patternsOf } from './patterns.ts';

function objectionTo(realm: string, endpoint: string, trusted: readonly string[] = [], httpFallback = false) {
  const [scheme = '', host = ''] = endpoint.split('://');
  const parsed = parseRealm(realm);
  if (parsed === undefined) return 'unusual-url';
  return passwordObjection(parsed, { scheme, host, httpFallback }, patternsOf(...trusted));
}

function mayReceive(...given: Parameters<typeof objectionTo>): boolean {
  return objectionTo(...given) === undefined;
}

test.each([
  ['https://auth.example.com/token', 'https://registry.example.com', 'other-server'],
  ['https://registry.example.com:8443/token', 'https://registry.example.com', 'other-server'],
  ['http://registry.example.com/token', 'https://registry.example.com', 'plain-http'],
  ['http://auth.example.com/token', 'http://registry.example.com', 'plain-http'],
  ['https://user@registry.example.com/token', 'https://registry.example.com', 'user-info'],
  ['http://user@auth.example.com/token', 'https://registry.example.com', 'user-info'],
])('what is said against %s for %s: %s', (realm, endpoint, objection) => {
  expect(objectionTo(realm, endpoint)).toBe(objection);
});

describe('parseRealm', () => {
  test.each([
    ['https://auth.example.com/token', 'https', 'auth.example.com', false],
    ['HTTPS://Auth.Example.com:8443/token?a=b', 'https', 'auth.example.com:8443', false],
    ['http://[::1]:5000', 'http', '[::1]:5000', false],
    ['https://user:secret@auth.example.com/token', 'https', 'auth.example.com', true],
    ['https://registry.example.com@evil.test/', 'https', 'evil.test', true],
    ['https://a@b@evil.test/', 'https', 'evil.test', true],
  ])('%s', (text, scheme, host, hasUserInfo) => {
    expect(parseRealm(text)).toEqual({ scheme, host, hasUserInfo });
  });

  test.each([
    [''],
    ['/token'],
    ['//auth.example.com/token'],
    ['auth.example.com/token'],
    ['ftp://auth.example.com/'],
    ['javascript:alert(1)'],
    ['https:auth.example.com'],
    ['https:///token'],
    ['https://auth.example.com/#fragment'],
    ['https://registry.example.com\\@evil.test/'],
    ['https://registry.example.com\\.evil.test/'],
    ['https://evil.test\t.example.com/'],
    ['https://evil.test /'],
    ['https://ex%61mple.com/'],
    ['https://exämple.com/'],
    ['https://auth.example.com:port/'],
    ['https://auth.example.com:443:443/'],
    ['https://[::1/'],
    [`https://auth.example.com/${'a'.repeat(65_536)}`],
  ])('takes no %j', (text) => {
    expect(parseRealm(text)).toBeUndefined();
  });
});

describe('a password may go', () => {
  test.each([
    ['to the registry itself', 'https://registry.example.com/token', 'https://registry.example.com', []],
    ['in any case', 'https://Registry.Example.com/token', 'https://REGISTRY.example.com', []],
    ['the port of https may be written', 'https://registry.example.com:443/token', 'https://registry.example.com', []],
    ['same port', 'https://registry.example.com:5000/token', 'https://registry.example.com:5000', []],
    [
      'plain HTTP to a plain registry',
      'http://registry.example.com:5000/token',
      'http://registry.example.com:5000',
      [],
    ],
    ['Docker Hub', 'https://auth.docker.io/token', 'https://registry-1.docker.io', []],
    ['GitLab', 'https://gitlab.com/jwt/auth', 'https://registry.gitlab.com', []],
    ['Elastic', 'https://docker-auth.elastic.co/auth', 'https://docker.elastic.co', []],
    ['DigitalOcean', 'https://api.digitalocean.com/v2/registry/auth', 'https://registry.digitalocean.com', []],
    [
      'Alibaba Cloud',
      'https://dockerauth.cn-hangzhou.aliyuncs.com/auth',
      'https://registry.ap-southeast-1.aliyuncs.com',
      [],
    ],
    ['to a listed server', 'https://gitlab.corp/jwt/auth', 'https://registry.corp', ['gitlab.corp']],
    ['to a listed port', 'https://gitlab.corp:8443/jwt', 'https://registry.corp', ['*.corp:8443']],
    ['to a listed address', 'https://10.1.2.3:8443/jwt', 'https://registry.corp', ['10.0.0.0/8']],
    ['to a listed IPv6 address', 'https://[fd00::1]/jwt', 'https://registry.corp', ['[fd00::1]:443']],
  ])('%s', (_name, realm, endpoint, trusted) => {
    expect(mayReceive(realm, endpoint, trusted)).toBe(true);
  });

  test('to the http form of an endpoint that may fall back to it', () => {
    expect(mayReceive('http://registry.corp:5000/token', 'https://registry.corp:5000', [], true)).toBe(true);
    expect(mayReceive('http://registry.corp:5000/token', 'https://registry.corp:5000')).toBe(false);
    expect(mayReceive('http://registry.corp/token', 'https://registry.corp:5000', [], true)).toBe(false);
  });
});

describe('a password may not go', () => {
  test.each([
    ['elsewhere', 'https://evil.test/token', 'https://registry.example.com', []],
    ['to a longer name', 'https://registry.example.com.evil.test/', 'https://registry.example.com', []],
    ['to another port', 'https://registry.example.com:8443/', 'https://registry.example.com', []],
    ['from https to http', 'http://registry.example.com/token', 'https://registry.example.com', []],
    ['from http to https elsewhere', 'https://auth.example.com/token', 'http://registry.example.com', []],
    ['with user info', 'https://a:b@registry.example.com/token', 'https://registry.example.com', []],
    ['with user info to a listed server', 'https://a@gitlab.corp/', 'https://registry.corp', ['gitlab.corp']],
    ['to a listed server in the clear', 'http://gitlab.corp/jwt', 'https://registry.corp', ['gitlab.corp']],
    ['to another port of a listed one', 'https://gitlab.corp:8443/', 'https://registry.corp', ['gitlab.corp:443']],
    ['to the other side of a pair', 'https://registry-1.docker.io/token', 'https://auth.docker.io', []],
    ['to a pair of somebody else', 'https://auth.docker.io/token', 'https://registry.gitlab.com', []],
    ['to a pair in the clear', 'http://auth.docker.io/token', 'https://registry-1.docker.io', []],
    ['to a pair at another port', 'https://auth.docker.io:8443/token', 'https://registry-1.docker.io', []],
    ['for a lookalike', 'https://auth.docker.io/token', 'https://registry-1.docker.io.evil.test', []],
    [
      'for a lookalike of a cloud',
      'https://dockerauth.cn-hangzhou.aliyuncs.com/auth',
      'https://registry.cn-x.aliyuncs.com.evil.test',
      [],
    ],
    ['for http', 'https://auth.docker.io/token', 'http://registry-1.docker.io', []],
  ])('%s', (_name, realm, endpoint, trusted) => {
    expect(mayReceive(realm, endpoint, trusted)).toBe(false);
  });
});
