import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../src/core/registry/exchange.ts';
import {
  afterMs,
  countsAsPull,
  isRunningLow,
  rateLimitOf,
  retryAfterMsOf,
  speaksOfLimit,
} from '../../../src/core/registry/rate-limit.ts';
import { headersOf } from '../../support/dialogues.ts';
import { aResponse } from '../../support/exchanges.ts';

test.each([
  ['2678400', 2_678_400_000],
  ['2678401', undefined],
])('a reset in %s s is heeded up to 31 days', (reset, retryAfterMs) => {
  const headers = headersOf({ 'ratelimit-limit': '100', 'ratelimit-remaining': '0', 'ratelimit-reset': reset });
  expect(rateLimitOf(aResponse(200, { headers }))?.retryAfterMs).toBe(retryAfterMs);
});

describe('what is left', () => {
  test.each([
    ['with a window', '100;w=21600', '20;w=21600', { limit: 100, remaining: 20, windowMs: 21_600_000 }],
    ['with a window beside the rest only', '100', '20;w=60', { limit: 100, remaining: 20, windowMs: 60_000 }],
    ['with other parameters', '100;policy=a;w=60;b', '20', { limit: 100, remaining: 20, windowMs: 60_000 }],
    ['with a blank after the window', '100;w=60 ;b', '20', { limit: 100, remaining: 20, windowMs: 60_000 }],
    ['with a window of nothing', '100;w=0', '20;w=', { limit: 100, remaining: 20 }],
    ['bare', '100', '0', { limit: 100, remaining: 0 }],
    ['with blanks', ' 100 ; w=1', ' 7 ', { limit: 100, remaining: 7, windowMs: 1000 }],
    ['no number', 'many', '20', undefined],
    ['negative', '100', '-1', undefined],
    ['a fraction', '100', '1.5', undefined],
    ['a number beyond all sense', '100', '9999999999', undefined],
    ['empty', '', '', undefined],
  ])('%s', (_name, limit, remaining, left) => {
    const headers = headersOf({ 'ratelimit-limit': limit, 'ratelimit-remaining': remaining });
    expect(rateLimitOf(aResponse(200, { headers }))).toEqual(left);
  });

  test.each([
    [{ 'ratelimit-reset': '60' }, 60_000],
    [{ 'ratelimit-reset': '60', 'retry-after': '5' }, 60_000],
    [{ 'retry-after': '5' }, 5000],
    [{ 'ratelimit-reset': '1796000000', 'retry-after': '5' }, 5000],
    [{ 'ratelimit-reset': 'soon' }, undefined],
  ])('ends as %j says', (end, retryAfterMs) => {
    const headers = headersOf({ 'ratelimit-limit': '100', 'ratelimit-remaining': '0', ...end });
    expect(rateLimitOf(aResponse(200, { headers }))?.retryAfterMs).toBe(retryAfterMs);
  });

  test('is what was announced since the answer', () => {
    const headers = headersOf({ 'ratelimit-limit': '100', 'ratelimit-remaining': '9' });
    const announced = { limit: 100, remaining: 0 };
    expect(rateLimitOf({ ...aResponse(200, { headers }), announced })).toEqual(announced);
  });

  test.each([
    [{}, 299_999, {}],
    [{}, 300_000, undefined],
    [{ windowMs: 60_000 }, 60_000, undefined],
    [{ windowMs: 21_600_000 }, 300_000, undefined],
    [{ retryAfterMs: 60_000 }, 59_000, { retryAfterMs: 1000 }],
    [{ retryAfterMs: 60_000 }, 60_000, undefined],
  ])('of %j, %i ms later: %j', (part, ageMs, later) => {
    const announced = { limit: 100, remaining: 0, ...part };
    expect(afterMs(announced, ageMs)).toEqual(later && { ...announced, ...later });
  });

  test('is unknown where only half of it is said', () => {
    expect(rateLimitOf(aResponse(200, { headers: headersOf({ 'ratelimit-limit': '100' }) }))).toBeUndefined();
    expect(rateLimitOf(aResponse(200, { headers: headersOf({ 'ratelimit-remaining': '100' }) }))).toBeUndefined();
  });
});

test.each([
  [100, 25, false],
  [100, 24, true],
  [10, 3, false],
  [10, 2, true],
  [0, 0, false],
  [100, 0, true],
])('of %i allowed requests %i are few: %s', (limit, remaining, isLow) => {
  expect(isRunningLow({ limit, remaining })).toBe(isLow);
});

test.each([
  ['120', 120_000],
  ['0', 0],
  [' 1 ', 1000],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ['-1', undefined],
  ['1e9', undefined],
  ['9'.repeat(1_000_000), undefined],
])('Retry-After: %.40s', (text, ms) => {
  expect(retryAfterMsOf(aResponse(429, { headers: headersOf({ 'retry-after': text }) }))).toBe(ms);
});

test.each([
  ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:26:30 GMT', 90_000],
  ['Thu, 01 Jan 2026 00:00:05 GMT', 'Wed, 31 Dec 2025 23:59:55 GMT', 10_000],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:29:00 GMT', 0],
  ['Wed, 21 Foo 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 'yesterday', undefined],
])('Retry-After: %s, in an answer of %s', (text, date, ms) => {
  expect(retryAfterMsOf(aResponse(429, { headers: headersOf({ 'retry-after': text, date }) }))).toBe(ms);
});

test('Retry-After may be missing', () => {
  expect(retryAfterMsOf(aResponse(429))).toBeUndefined();
});

const asking = (purpose: Exchange['purpose'], method: Exchange['method']) => ({ purpose, method }) as Exchange;

describe('requests', () => {
  test.each<readonly [Exchange['purpose'], Exchange['method'], boolean]>([
    ['manifest', 'GET', true],
    ['manifest', 'HEAD', false],
    ['blob', 'GET', false],
    ['tags', 'GET', false],
    ['token', 'GET', false],
  ])('for a %s by %s count as a pull: %s', (purpose, method, counts) => {
    expect(countsAsPull(asking(purpose, method))).toBe(counts);
  });

  test.each<readonly [Exchange['purpose'], number, boolean]>([
    ['manifest', 200, true],
    ['manifest', 429, true],
    ['blob', 404, true],
    ['manifest', 401, false],
    ['token', 200, false],
    ['token', 401, false],
  ])('for a %s, answered %i, tell of the limit: %s', (purpose, status, tells) => {
    expect(speaksOfLimit(asking(purpose, 'GET'), aResponse(status))).toBe(tells);
  });
});
