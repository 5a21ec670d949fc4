/** S17, S18, S23: no text holds the event loop for long. What is built of it is bounded, and a fault before the bound is Go's. */
import { describe, expect, test } from 'vitest';
import { countGoValues, parseGoJson } from '../../src/core/go/json.ts';
import { planPulls } from '../../src/core/pull/plan.ts';
import { parseWorkload } from '../../src/core/workload/workload.ts';
import { builtInWorkloadKinds } from '../../src/core/workload/workload-kind.ts';
import { parseReview } from '../../src/entrypoints/serve/admission-review.ts';
import { examinableIn } from '../../src/entrypoints/serve/exemption.ts';
import { mostReviewValues, parseReviewBody } from '../../src/entrypoints/serve/review-body.ts';
import { parseResponse } from '../../src/sources/credential-plugins/provider-response.ts';
import { aRequest } from '../entrypoints/serve/requests.ts';
import { openTestApi, signalOfTest } from '../support/api-server.ts';
import { aPod, aWorld, inShort, judgeFirst, planSettings, refusing } from '../support/judging.ts';
import { aSecretHolding } from '../support/pull-secrets.ts';
import { startServer } from '../support/servers.ts';

const megabyte = 1_000_000;
const emptyObjects = `[${'{},'.repeat(megabyte / 3)}`;

describe('Go JSON', () => {
  test('is built up to the limit, and no further', () => {
    expect(countGoValues(emptyObjects, 5_000)).toBe(5_001);
    expect(parseGoJson(emptyObjects, 5_000)).toEqual({ ok: false, error: 'more than 5000 values', isTooLarge: true });
  });

  test('has the fault that Go finds before the limit', () => {
    expect(parseGoJson('[1,2,x', 4)).toEqual({
      ok: false,
      error: 'invalid character "x" looking for beginning of value',
    });
    expect(parseGoJson('[1,2]', 3).ok).toBe(true);
  });
});

describe('a review', () => {
  const before = '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":';
  const request = '{"uid":"u-1","kind":{"group":"","version":"v1","kind":"Pod"},"name":"web","namespace":"shop"';
  const whole = (object: string) =>
    Buffer.from(
      `${before}${request},"operation":"CREATE","userInfo":{"username":"jo"},"object":${object},"dryRun":true}}`,
    );

  test('of more values than are read says what it is about, and nothing of its object is built', () => {
    const { body, isTooLarge } = parseReviewBody(whole(`${emptyObjects}{}]`));
    const parsed = parseReview(body, isTooLarge);

    expect(parsed).toMatchObject({
      ok: true,
      request: { uid: 'u-1', namespace: 'shop', name: 'web', operation: 'CREATE', userName: 'jo', isTooLarge: true },
    });
    expect(parsed.ok && parsed.request.object).toBeUndefined();
    expect(parsed.ok && examinableIn(parsed.request, builtInWorkloadKinds)).toEqual({
      kind: 'malformed',
      problem: `it holds more than ${mostReviewValues} JSON values`,
    });
  });

  test('of as many values as are read is read', () => {
    const { body, isTooLarge } = parseReviewBody(whole(`[${'{},'.repeat(20_000)}{}]`));

    expect(isTooLarge).toBeUndefined();
    expect(body).toMatchObject({ request: { uid: 'u-1', object: { length: 20_001 } } });
  });

  test.each([
    emptyObjects,
    `${before}${emptyObjects}`,
    `${before}{"uid":"u-1","kind":${emptyObjects}`,
    `${before}{"uid":"u-1","uid":${'{"a":'.repeat(200_000)}`,
    `{"request":{"uid":"u${'\\u0041,'.repeat(megabyte / 7)}`,
    `{"request":[${'"",'.repeat(200_000)}`,
  ])('that breaks off is no review: %#', (text) => {
    const answer = () => {
      const { body, isTooLarge } = parseReviewBody(Buffer.from(text));
      const parsed = parseReview(body, isTooLarge);
      if (!parsed.ok) throw new SyntaxError(parsed.reason);
    };

    expect(answer).toThrow(SyntaxError);
  });

  test.each([
    ['containers', 1],
    ['containers', { image: 1 }],
    ['tolerations', { key: 1 }],
    ['imagePullSecrets', { name: 1 }],
  ])('with twenty thousand wrong %s is told ten', (list, wrong) => {
    const spec = { containers: [{ image: 'a' }], [list]: Array.from({ length: 20_000 }, () => wrong) };
    const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec };
    const parsed = parseWorkload(object, { kinds: builtInWorkloadKinds, namespace: 'shop' });

    expect(parsed.kind === 'malformed' && parsed.problems).toHaveLength(10);
  });

  test('that deletes is quiet about an object that is too large', () => {
    const deletion = aRequest(undefined, { operation: 'DELETE', isTooLarge: true });

    expect(examinableIn(deletion, builtInWorkloadKinds)).toEqual({ kind: 'nothing' });
  });
});

const config = (entries: number, prefix: string, padding = '') => {
  const keys = Array.from({ length: entries }, (_, index) => `"${prefix}${index}.test":{"auth":"YTpi"}`);
  return `{"auths":{${keys.join(',')}}${padding}}`;
};
const named = (documents: Readonly<Record<string, string>>) => {
  const secrets = Object.entries(documents).map(([name, document]) => aSecretHolding(document, { name }));
  const workload = aPod(undefined, { imagePullSecrets: secrets.map(({ name }) => ({ name })) });
  return { workload, world: aWorld({ secrets }) };
};

const readOf = (documents: Readonly<Record<string, string>>) => {
  const { workload, world } = named(documents);
  const { found, unread } = planPulls(workload, world, planSettings()).secrets;
  return [found.map(({ name }) => name), unread.map(({ name }) => name)];
};

describe('pull Secrets', () => {
  test('are read as far as they hold no more than 5,000 values together', () => {
    expect(readOf({ a: config(1_200, 'a'), b: config(1_200, 'b'), c: config(1_200, 'c'), d: config(10, 'd') })).toEqual(
      [['a', 'b', 'd'], ['c']],
    );
  });

  test('are read as far as they hold no more than a MiB together', () => {
    const long = `,"x":"${'x'.repeat(600 * 1024)}"`;

    expect(readOf({ a: config(1, 'a', long), b: config(1, 'b', long), c: config(1, 'c') })).toEqual([
      ['a', 'c'],
      ['b'],
    ]);
  });

  test('that nobody can decode are still read as such, however long they are', () => {
    const { workload, world } = named({ a: `\u0000${'{},'.repeat(300_000)}` });

    expect(inShort(judgeFirst({ workload, world }).findings)).toEqual([
      'pull-secret-undecodable certain',
      'unpinned-image advice',
    ]);
  });

  test('that are not read leave nothing certain', () => {
    const { workload, world } = named({ a: config(2_600, 'a') });

    expect(inShort(judgeFirst({ workload, world, evidence: refusing }).findings)).toEqual([
      'access-denied unconfirmed',
      'unpinned-image advice',
    ]);
  });
});

const loginsRead = (count: number) => {
  const auth = Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}.example.com`, {}]));
  const text = JSON.stringify({ kind: 'CredentialProviderResponse', apiVersion: 'v1', cacheKeyType: 'Image', auth });
  return parseResponse(Buffer.from(text), 'v1')?.entries.length;
};

test('a plugin that gives more logins than are read gives none', () => {
  expect([loginsRead(4_000), loginsRead(6_000)]).toEqual([4_000, undefined]);
});

test('an object of the API server of more values than are read is not built', async () => {
  const server = await startServer((_request, response) => response.end(`${emptyObjects}{}]`));
  const api = openTestApi(`http://127.0.0.1:${server.port}`);

  expect(await api.get('/', signalOfTest())).toEqual({ kind: 'unreachable', reason: 'the answer is too large' });
});
