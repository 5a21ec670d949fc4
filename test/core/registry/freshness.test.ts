import { describe, expect, test } from 'vitest';
import { systemTls } from '../../../src/core/registry/endpoint.ts';
import type { Exchange, Failure, FailureCause, Response } from '../../../src/core/registry/exchange.ts';
import { isTrouble, lifetimeMsOf, originLifetimeMsOf, tokensIn } from '../../../src/core/registry/freshness.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const url = 'https://registry.example.com/v2/team/app/manifests/1';

function exchange(part: Partial<Exchange> = {}): Exchange {
  const endpoint = {
    scheme: 'https',
    host: 'registry.example.com',
    path: '/v2',
    capabilities: [],
    tls: systemTls,
    headers: [],
    tokenHeaders: [],
    httpFallback: false,
  };
  return {
    purpose: 'manifest',
    endpoint,
    repository: 'team/app',
    method: 'HEAD',
    url,
    headers: {},
    bodyLimit: 0,
    ...part,
  };
}

function response(status: number, part: Partial<Response> = {}): Response {
  return {
    kind: 'response',
    status,
    headers: new Map(),
    body: new Uint8Array(),
    bodyIncomplete: false,
    ageMs: 0,
    ...part,
  };
}

const failure = (cause: FailureCause): Failure => ({ kind: 'failure', cause, ageMs: 0 });
const bodyOf = (text: string) => ({ body: new TextEncoder().encode(text) });

describe('for the same request', () => {
  test.each([
    ['a tag, at the least', {}, 0, 54_000],
    ['a tag', {}, 0.5, 60_000],
    ['a tag, at the most', {}, 1, 66_000],
    ['a digest', { url: url.replace('/1', `/${digest}`) }, 1, 300_000],
    ['a digest at a mirror', { url: `${url.replace('/1', `/${digest}`)}?ns=docker.io` }, 1, 300_000],
    ['an escaped digest', { url: url.replace('/1', `/${digest.replace(':', '%3A')}`) }, 1, 300_000],
    ['a blob', { purpose: 'blob' as const, url: url.replace('manifests/1', `blobs/${digest}`) }, 1, 300_000],
    ['tags', { purpose: 'tags' as const, url: 'https://registry.example.com/v2/team/app/tags/list' }, 0.5, 60_000],
    ['a digest in the query is none', { url: `${url}?digest=/${digest}` }, 0.5, 60_000],
  ])('%s that is there', (_name, part, chance, lifetimeMs) => {
    expect(lifetimeMsOf(exchange(part), response(200), chance)).toBeCloseTo(lifetimeMs);
  });

  test.each([[199], [300], [301], [400], [401], [403], [404], [500], [503]])('a %s', (status) => {
    expect(lifetimeMsOf(exchange(), response(status), 0.5)).toBe(5000);
  });

  test('what is incomplete, what failed, what ran out of time, what is limited', () => {
    expect(lifetimeMsOf(exchange(), response(200, { bodyIncomplete: true }), 0.5)).toBe(5000);
    expect(lifetimeMsOf(exchange(), failure('timeout'), 0.5)).toBe(5000);
    expect(lifetimeMsOf(exchange(), failure('deadline'), 0.5)).toBe(0);
    expect(lifetimeMsOf(exchange(), failure('spared'), 0.5)).toBe(0);
    expect(lifetimeMsOf(exchange(), failure('password-limit'), 0.5)).toBe(0);
    expect(lifetimeMsOf(exchange(), response(299), 0.5)).toBeCloseTo(60_000);
    expect(lifetimeMsOf(exchange(), response(429), 0.5)).toBe(0);
  });

  test.each([
    ['{"token":"t","expires_in":300}', 270_000],
    ['{"token":"t","expires_in":100}', 90_000],
    ['{"token":"t","expires_in":3600}', 300_000],
    ['{"token":"t","expires_in":20}', 15_000],
    ['{"token":"t","expires_in":5}', 0],
    ['{"token":"t","EXPIRES_IN":300}', 270_000],
    ['{"token":"t","expires_in":3,"expires_in":300}', 270_000],
    ['{"token":"t"}', 54_000],
    ['{"token":"t","expires_in":0}', 54_000],
    ['{"token":"t","expires_in":-1}', 54_000],
    ['{"token":"t","expires_in":"300"}', 54_000],
    ['{"token":"t","expires_in":1e400}', 300_000],
    ['no JSON', 54_000],
    ['', 54_000],
  ])('a token: %s', (body, lifetimeMs) => {
    expect(lifetimeMsOf(exchange({ purpose: 'token' }), response(200, bodyOf(body)), 1)).toBeCloseTo(lifetimeMs);
  });

  test('a refused token request is no token', () => {
    expect(lifetimeMsOf(exchange({ purpose: 'token' }), response(401, bodyOf('{"expires_in":300}')), 1)).toBe(5000);
  });
});

describe('for the whole origin', () => {
  test.each([
    [undefined, 10_000],
    ['30', 30_000],
    ['0', 1000],
    ['86400', 900_000],
    ['Fri, 31 Dec 1999 23:59:59 GMT', 10_000],
    ['-5', 10_000],
  ])('429 with Retry-After %s', (retryAfter, lifetimeMs) => {
    const headers = new Map(retryAfter === undefined ? [] : [['retry-after', [retryAfter]]]);
    expect(originLifetimeMsOf(response(429, { headers }))).toBe(lifetimeMs);
  });

  test.each<[FailureCause, number, boolean]>([
    ['dns', 5000, true],
    ['connection', 5000, true],
    ['tls', 5000, true],
    ['plain-http', 5000, true],
    ['refused-address', 5000, false],
    ['refused-port', 5000, false],
    ['timeout', 0, true],
    ['deadline', 0, false],
    ['spared', 0, false],
    ['unacceptable-answer', 0, false],
  ])('%s', (cause, lifetimeMs, trouble) => {
    expect(originLifetimeMsOf(failure(cause))).toBe(lifetimeMs);
    expect(isTrouble(failure(cause))).toBe(trouble);
  });

  test.each([
    [200, false],
    [404, false],
    [429, false],
    [500, true],
    [503, true],
  ])('%s is trouble: %s', (status, trouble) => {
    expect(isTrouble(response(status))).toBe(trouble);
  });
});

test.each([200, 401, 404, 500, 503])('a single %s speaks for itself alone', (status) => {
  expect(originLifetimeMsOf(response(status))).toBe(0);
});

test.each([
  ['{"token":"a"}', ['a']],
  ['{"access_token":"b"}', ['b']],
  ['{"token":"a","access_token":"b"}', ['a', 'b']],
  ['{"token":"x","token":"a"}', ['a']],
  ['{"token":5}', []],
  ['[]', []],
  ['no JSON', []],
])('the tokens in %s', (body, tokens) => {
  expect(tokensIn(new TextEncoder().encode(body))).toEqual(tokens);
});
