import { expect, test } from 'vitest';
import { atRewrittenRepositories, type RewritingEndpoint } from '../../../src/core/registry/rewrites.ts';
import { compileGoPattern } from '../../../src/sources/node-files/go-pattern.ts';

const endpoint: RewritingEndpoint = {
  scheme: 'https',
  host: 'mirror.example.com',
  path: '/v2',
  capabilities: ['pull', 'resolve'],
  tls: { verifiesCertificate: true, clientCertificates: [] },
  headers: [],
  tokenHeaders: [],
  httpFallback: false,
  ns: 'quay.io',
};

test('of an endpoint only the repository changes, and what it was made from is gone', () => {
  const rewrites = [['^(?:library|)(.*)$', 'hub/$1']] as const;

  expect(atRewrittenRepositories([{ ...endpoint, rewrites }, endpoint], 'team/app', compileGoPattern)).toEqual({
    kind: 'value',
    value: [{ ...endpoint, repository: 'hub/team/app' }, endpoint],
  });
});

test.each([
  [
    'several that fit',
    [
      ['^team/', 'one/'],
      ['app$', 'two'],
    ],
    'several rewrites for mirror.example.com fit, and one is taken at random',
  ],
  ['a fragment', [['app', 'a#b']], 'a rewrite for mirror.example.com makes no repository'],
  ['an escape', [['app', 'a%2Fb']], 'a rewrite for mirror.example.com makes no repository'],
] as const)('%s cannot be followed', (_name, rewrites, reason) => {
  expect(atRewrittenRepositories([{ ...endpoint, rewrites }], 'team/app', compileGoPattern)).toEqual({
    kind: 'unknown',
    reason,
  });
});

test('without an engine nothing is followed', () => {
  const rewrites = [['^team/', 'quay/']] as const;

  expect(atRewrittenRepositories([{ ...endpoint, rewrites }], 'team/app', undefined)).toEqual({
    kind: 'unknown',
    reason: 'the rewrites for mirror.example.com cannot be followed',
  });
  expect(atRewrittenRepositories([endpoint], 'team/app', undefined)).toEqual({ kind: 'value', value: [endpoint] });
});
