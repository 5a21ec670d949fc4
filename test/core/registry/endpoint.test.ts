import { describe, expect, test } from 'vitest';
import {
  allCapabilities,
  type Endpoint,
  nsOf,
  requestUrlOf,
  rootUrlOf,
  systemTls,
} from '../../../src/core/registry/endpoint.ts';

const endpoint: Endpoint = {
  scheme: 'https',
  host: 'mirror.example.com',
  path: '/v2',
  capabilities: ['pull', 'resolve'],
  tls: systemTls,
  headers: [],
  tokenHeaders: [],
  httpFallback: false,
};

describe('nsOf', () => {
  test.each([
    ['quay.io', 'quay.io', {}],
    ['quay.io', 'mirror.io', { ns: 'quay.io' }],
    ['quay.io:443', 'quay.io', { ns: 'quay.io:443' }],
    ['docker.io', 'registry-1.docker.io', {}],
    ['docker.io', 'docker.io', {}],
    ['docker.io', 'mirror.io', { ns: 'docker.io' }],
    ['quay.io', 'registry-1.docker.io', { ns: 'quay.io' }],
  ])('of %s at %s', (registry, host, ns) => {
    expect(nsOf(registry, host)).toEqual(ns);
  });
});

describe('requestUrlOf', () => {
  test.each<[name: string, part: Partial<Endpoint>, url: string | undefined]>([
    ['plain', {}, 'https://mirror.example.com/v2/team/app/manifests/1'],
    ['a doubled slash goes', { path: '//v2' }, 'https://mirror.example.com/v2/team/app/manifests/1'],
    ['no root at all', { path: '' }, 'https://mirror.example.com/team/app/manifests/1'],
    ['a root without slash', { path: 'x/v2' }, 'https://mirror.example.com/x/v2/team/app/manifests/1'],
    [
      'a mirror is told of whom',
      { ns: 'r.io:5000' },
      'https://mirror.example.com/v2/team/app/manifests/1?ns=r.io%3A5000',
    ],
    ['a root with a blank', { path: '/a b/ü/v2' }, 'https://mirror.example.com/a%20b/%C3%BC/v2/team/app/manifests/1'],
    ['an escape that is left', { path: '/a%20b/v2' }, 'https://mirror.example.com/a%20b/v2/team/app/manifests/1'],
    ['plain HTTP', { scheme: 'http' }, 'http://mirror.example.com/v2/team/app/manifests/1'],
    ['a scheme that ends as one that is spoken', { scheme: 'xhttps' }, undefined],
    ['no host', { host: '' }, undefined],
    ['no scheme', { scheme: '' }, undefined],
    ['a scheme that nobody speaks', { scheme: 'httpx' }, undefined],
  ])('%s', (_name, part, url) => {
    expect(requestUrlOf({ ...endpoint, ...part }, 'team/app', 'manifests', '1')).toBe(url);
  });
});

test('the root is asked where a login is tried, without the name of the registry', () => {
  expect(rootUrlOf({ ...endpoint, ns: 'r.io' })).toBe('https://mirror.example.com/v2/');
  expect(rootUrlOf({ ...endpoint, host: '' })).toBeUndefined();
});

test('referrers are known from 2.2 on', () => {
  const generations = ['1.7', '2.0', '2.1', '2.2', '2.3', '2.4'] as const;
  const counts = generations.map((generation) => allCapabilities({ path: 'local', generation }).length);

  expect(counts).toEqual([3, 3, 3, 4, 4, 4]);
});
