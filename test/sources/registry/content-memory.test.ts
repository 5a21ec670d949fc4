import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Answer, Exchange } from '../../../src/core/registry/exchange.ts';
import { rememberingContent } from '../../../src/sources/registry/content-memory.ts';
import { makeKeys } from '../../../src/sources/registry/keys.ts';
import { scripted, terms } from '../../support/carriers.ts';
import { makeClock } from '../../support/clock.ts';
import { aFailure, anEndpoint, anExchange, aResponse } from '../../support/exchanges.ts';

const text = '{"schemaVersion":2}';
const digest = `sha256:${createHash('sha256').update(text).digest('hex')}` as const;
const bytes = aResponse(200, { text, bodyDigest: digest });
const url = `https://registry.test/v2/team/app/manifests/${digest}`;

/** A registry that gives the bytes, answers HEAD like this, and what it was asked. */
function remembering(head: Answer = aResponse(200), get: Answer = bytes) {
  const clock = makeClock();
  const { send, sent } = scripted(async ({ method }) => (method === 'HEAD' ? head : get));
  const remembered = rememberingContent(send, { keys: makeKeys(), clock, entries: 10, bytes: 1_000_000 });
  const ask = (part: Partial<Exchange> = {}) =>
    remembered(
      anExchange(anEndpoint('https://registry.test'), {
        method: 'GET',
        url,
        isImmutable: true,
        digestAlgorithm: 'sha256',
        bodyLimit: 1000,
        ...part,
      }),
      terms(),
    );
  return {
    clock,
    ask,
    methods: () => sent.map(({ method }) => method),
    sent,
    /** Read once, and not heard of since. */
    readLongAgo: async () => {
      await ask();
      clock.advance(300_000);
    },
  };
}

describe('bytes that hash to their digest', () => {
  test('are not asked for again, whatever token comes with the request', async () => {
    const { ask, methods } = remembering();

    await ask();
    const again = await ask({ headers: { authorization: 'Bearer another' } });
    expect(again).toMatchObject({ status: 200, bodyDigest: digest, ageMs: 0 });
    expect(methods()).toEqual(['GET']);
  });

  test('are confirmed by HEAD when their registry was not heard of for five minutes', async () => {
    const { ask, methods, readLongAgo, sent } = remembering();

    await readLongAgo();
    expect(await ask()).toMatchObject({ status: 200, bodyDigest: digest });
    await ask();
    expect(methods()).toEqual(['GET', 'HEAD']);
    expect(sent[1]).toMatchObject({ bodyLimit: 0 });
    expect(sent[1]).not.toHaveProperty('isImmutable');
  });

  test('need no confirmation where the registry named the digest just now', async () => {
    const { ask, methods, readLongAgo } = remembering();

    await readLongAgo();
    expect(await ask({ isSeenNow: true })).toMatchObject({ status: 200, bodyDigest: digest });
    expect(methods()).toEqual(['GET']);
  });

  test('are confirmed for each login, and read for each repository', async () => {
    const { ask, methods } = remembering();

    await ask();
    await ask({ loginKey: 'alice' });
    await ask({ loginKey: 'alice' });
    await ask({ url: url.replace('/app/', '/web/') });
    expect(methods()).toEqual(['GET', 'HEAD', 'GET']);
  });

  test('are read once by two that ask at the same time with different logins', async () => {
    const { ask, methods } = remembering();

    await Promise.all([ask(), ask({ loginKey: 'alice', headers: { authorization: 'Bearer hers' } })]);
    expect(methods()).toEqual(['GET', 'HEAD']);
  });
});

describe('when the registry is asked by HEAD', () => {
  test.each<[string, Answer]>([
    ['what is gone is gone', aResponse(404)],
    ['a challenge is met by the session', aResponse(401)],
    ['a limit is a limit', aResponse(429)],
    ['no answer is no answer', aFailure('timeout')],
  ])('%s', async (_name, head) => {
    const { ask, methods, readLongAgo } = remembering(head);

    await readLongAgo();
    expect(await ask()).toEqual(head);
    expect(methods()).toEqual(['GET', 'HEAD']);
  });

  test.each([403, 405, 500])('and answers %i, it is asked by GET', async (status) => {
    const { ask, methods, readLongAgo } = remembering(aResponse(status));

    await readLongAgo();
    expect(await ask()).toEqual(bytes);
    expect(methods()).toEqual(['GET', 'HEAD', 'GET']);
  });

  test('and that is spared, what is known is known', async () => {
    const { ask, readLongAgo } = remembering(aFailure('spared'));

    await readLongAgo();
    expect(await ask()).toMatchObject({ status: 200, bodyDigest: digest });
  });
});

test.each<[string, Answer]>([
  ['of another digest', aResponse(200, { text, bodyDigest: `sha256:${'0'.repeat(64)}` })],
  ['that ended early', { ...bytes, bodyIncomplete: true }],
  ['of an error', aResponse(404, { text, bodyDigest: digest })],
])('bytes %s are not remembered', async (_name, get) => {
  const { ask, methods } = remembering(aResponse(200), get);

  await ask();
  await ask();
  expect(methods()).toEqual(['GET', 'GET']);
});

test('a second look is never answered from here', async () => {
  const { ask, methods } = remembering();

  await ask();
  const after = anExchange(anEndpoint('https://registry.test'), { method: 'GET', url });
  await ask({ secondLook: { notBeforeMs: 300, after, attempt: 0 } });
  expect(methods()).toEqual(['GET', 'GET']);
});
