import { describe, expect, test } from 'vitest';
import type { Credential } from '../../../src/core/credential/credential.ts';
import { secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';
import type { Evidence } from '../../../src/core/evidence/evidence.ts';
import { parseReference } from '../../../src/core/image/reference.ts';
import type { Answer, Exchange } from '../../../src/core/registry/exchange.ts';
import type { Inquiry } from '../../../src/core/registry/inspect.ts';
import { openEvidenceMemory } from '../../../src/sources/registry/evidence-memory.ts';
import { makeKeys } from '../../../src/sources/registry/keys.ts';
import { openKnownImages } from '../../../src/sources/registry/known-images.ts';
import { openMemory } from '../../../src/sources/registry/memory.ts';
import { makePullKeys } from '../../../src/sources/registry/pull-keys.ts';
import { makeClock } from '../../support/clock.ts';
import { aFailure, anEndpoint, anExchange, aResponse } from '../../support/exchanges.ts';

const endpoint = anEndpoint('https://registry.test');
const anytime = Number.POSITIVE_INFINITY;
const found: Evidence = { attempts: [{ sightings: [{ host: 'registry.test', saw: { kind: 'manifest' } }] }], ageMs: 0 };

function inquiryOf(part: Partial<Inquiry> = {}, image = 'registry.test/team/app:1'): Inquiry {
  const parsed = parseReference(image);
  if (!parsed.ok) throw new Error(image);
  return {
    reference: parsed.reference,
    endpoints: [endpoint],
    credentials: [],
    examiner: [],
    depth: 'platform',
    viewers: [{ platform: { os: 'linux', architecture: 'amd64' }, puller: { generation: '2.4', path: 'transfer' } }],
    tokenObjection: () => undefined,
    ...part,
  };
}

function credentialOf(password: string, name = 'regcred'): Credential {
  return {
    username: secretBytesOf('jo'),
    password: secretBytesOf(password),
    origin: { source: 'secret', namespace: 'shop', name, key: 'registry.test' },
  };
}

function aMemory({ entries = 100, bytes = 1_000_000 } = {}) {
  const clock = makeClock();
  const answers = openMemory({ keys: makeKeys(), clock, chance: () => 0.5, entries: 100, bytes: 1_000_000 });
  let hits = 0;
  const note = () => {
    hits += 1;
  };
  const memory = openEvidenceMemory({ keys: makePullKeys(), clock, answers, entries, bytes, note });
  return {
    clock,
    recall: memory.recall,
    known: openKnownImages(memory, entries, note),
    hits: () => hits,
    /** A dialogue in which these were heard. */
    hear: (inquiry: Inquiry, heard: readonly (readonly [Exchange, Answer])[], evidence = found) => {
      const record = memory.openRecord(inquiry);
      for (const [exchange, answer] of heard) {
        answers.retain(exchange, answer);
        record.note(answer, exchange);
      }
      record.retain(evidence);
    },
  };
}

const head = anExchange(endpoint, { method: 'HEAD', url: 'https://registry.test/v2/team/app/manifests/1' });
const authorized = { ...head, headers: { authorization: 'Bearer t' } };
const challenge = aResponse(401, {
  headers: new Map([['www-authenticate', ['Bearer realm="https://registry.test/t"']]]),
});
const token = anExchange(endpoint, { purpose: 'token', url: 'https://registry.test/t' });
const tokenReply = aResponse(200, { text: '{"token":"t","expires_in":30}' });
const digest = `sha256:${'a'.repeat(64)}`;
const get = anExchange(endpoint, { url: `https://registry.test/v2/team/app/manifests/${digest}`, isImmutable: true });

describe('what was found', () => {
  test('stands as long as the tag does: challenge, token and content last longer, or have done their part', () => {
    const { clock, recall, hear, hits } = aMemory();
    hear(inquiryOf(), [
      [head, challenge],
      [token, tokenReply],
      [authorized, aResponse(200)],
      [get, aResponse(200)],
    ]);

    expect(recall(inquiryOf(), anytime)).toEqual(found);
    clock.advance(59_999);
    expect(recall(inquiryOf(), anytime)).toEqual({ ...found, ageMs: 59_999 });
    clock.advance(1);
    expect(recall(inquiryOf(), anytime)).toBeUndefined();
    expect(hits()).toBe(2);
  });

  test('is asked for again by who wants nothing so old', () => {
    const { clock, recall, hear } = aMemory();
    hear(inquiryOf(), [[head, aResponse(200)]]);
    clock.advance(5_001);

    expect(recall(inquiryOf(), 5_000)).toBeUndefined();
    expect(recall(inquiryOf(), anytime)).toEqual({ ...found, ageMs: 5_001 });
  });

  test('keeps the age of what was heard before', () => {
    const { clock, recall, hear } = aMemory();
    hear(inquiryOf(), [[head, aResponse(200, { ageMs: 3_000 })]], { ...found, ageMs: 3_000 });
    clock.advance(1_000);

    expect(recall(inquiryOf(), anytime)?.ageMs).toBe(4_000);
  });

  test('is the same object, so that what follows from it is known', () => {
    const { recall, hear } = aMemory();
    hear(inquiryOf(), [[head, aResponse(200)]]);

    expect(recall(inquiryOf(), anytime)?.attempts).toBe(found.attempts);
  });
});

test.each<[string, Answer, number]>([
  ['an absence', aResponse(404), 5_000],
  ['an error', aResponse(500), 5_000],
  ['a name that does not resolve', aFailure('dns'), 5_000],
])('%s stands for five seconds', (_name, answer, lastsMs) => {
  const { clock, recall, hear } = aMemory();
  hear(inquiryOf(), [[head, answer]]);

  clock.advance(lastsMs - 1);
  expect(recall(inquiryOf(), anytime)).toBeDefined();
  clock.advance(1);
  expect(recall(inquiryOf(), anytime)).toBeUndefined();
});

test.each<[string, Answer]>([
  ['a deadline', aFailure('deadline')],
  ['a request that was spared', aFailure('spared')],
  ['429', aResponse(429)],
  ['an announcement that little is left', aResponse(200, { announced: { limit: 100, remaining: 24 } })],
])('what rests on %s is not kept', (_name, answer) => {
  const { recall, hear } = aMemory();
  hear(inquiryOf(), [
    [head, aResponse(200)],
    [{ ...head, url: `${head.url}1` }, answer],
  ]);

  expect(recall(inquiryOf(), anytime)).toBeUndefined();
});

test('once a registry announces that little is left, what was found before is looked at again', () => {
  const { recall, hear } = aMemory();
  const other = inquiryOf({}, 'registry.test/team/app:2');
  hear(inquiryOf(), [[head, aResponse(200, { announced: { limit: 100, remaining: 25 } })]]);
  expect(recall(inquiryOf(), anytime)).toBeDefined();
  hear(other, [[head, aResponse(200, { announced: { limit: 100, remaining: 24 } })]]);
  expect(recall(inquiryOf(), anytime)).toBeUndefined();
});

test.each<[string, Inquiry]>([
  ['another tag', inquiryOf({}, 'registry.test/team/app:2')],
  ['another depth', inquiryOf({ depth: 'resolve' })],
  ['another endpoint', inquiryOf({ endpoints: [anEndpoint('https://mirror.test'), endpoint] })],
  ['other trust', inquiryOf({ endpoints: [{ ...endpoint, tls: { ...endpoint.tls, verifiesCertificate: false } }] })],
  ['other nodes', inquiryOf({ viewers: [] })],
  ['nobody', inquiryOf()],
  ['another password', inquiryOf({ credentials: [credentialOf('new')] })],
  ['the same login in another Secret', inquiryOf({ credentials: [credentialOf('old', 'other')] })],
  ['a second login', inquiryOf({ credentials: [credentialOf('old'), credentialOf('new')] })],
  ['an examiner', inquiryOf({ credentials: [credentialOf('old')], examiner: [credentialOf('new')] })],
])('nothing passes to %s', (_name, inquiry) => {
  const { recall, hear } = aMemory();
  hear(inquiryOf({ credentials: [credentialOf('old')] }), [[head, aResponse(200)]]);

  expect(recall(inquiry, anytime)).toBeUndefined();
  expect(recall(inquiryOf({ credentials: [credentialOf('old')] }), anytime)).toBeDefined();
});

test('what rests on large documents takes more room', () => {
  const { recall, hear } = aMemory({ bytes: 10_000 });
  const large = { kind: 'read', size: 8_000, document: { kind: 'schema-1' } } as const;
  const root = { mediaType: '', digest: '', size: 0, hasUrls: false };
  const contents = new Map([['manifest', large]]);
  const image = { host: 'registry.test', root, isVerified: true, contents };
  const [one, two] = ['1', '2'].map((tag) => inquiryOf({}, `registry.test/team/app:${tag}`));
  if (one === undefined || two === undefined) throw new Error('two');
  hear(one, [[head, aResponse(200)]], { attempts: [{ sightings: [], found: image }], ageMs: 0 });
  hear(two, [[head, aResponse(200)]], { attempts: [{ sightings: [], found: image }], ageMs: 0 });

  expect([one, two].map((inquiry) => recall(inquiry, anytime) !== undefined)).toEqual([false, true]);
});

describe('what was made of an image', () => {
  const image = { outcome: 'pullable', findings: [], isExamined: true } as const;
  const other: Evidence = { ...found, attempts: [...found.attempts] };

  test('stands as long as all of its evidence', () => {
    const { clock, known, hear, hits } = aMemory();
    hear(inquiryOf({ depth: 'resolve' }), [[head, aResponse(200)]], other);
    clock.advance(10_000);
    hear(inquiryOf(), [[head, aResponse(200)]]);
    known.retain('app', [found, other], image);

    clock.advance(49_999);
    expect(known.recall('app')).toBe(image);
    clock.advance(1);
    expect(known.recall('app')).toBeUndefined();
    expect(hits()).toBe(1);
  });

  test('is not kept where some of it is not remembered', () => {
    const { known, hear } = aMemory();
    hear(inquiryOf(), [[head, aResponse(200)]]);
    hear(inquiryOf({ depth: 'resolve' }), [[{ ...head, url: `${head.url}1` }, aResponse(429)]], other);
    known.retain('app', [found, other], image);

    expect(known.recall('app')).toBeUndefined();
  });

  test('is looked at again once a registry announces that little is left', () => {
    const { known, hear } = aMemory();
    hear(inquiryOf(), [[head, aResponse(200, { announced: { limit: 100, remaining: 25 } })]]);
    known.retain('app', [found], image);
    hear(inquiryOf({}, 'registry.test/team/app:2'), [
      [head, aResponse(200, { announced: { limit: 100, remaining: 24 } })],
    ]);

    expect(known.recall('app')).toBeUndefined();
  });
});

test('the least recently used is forgotten', () => {
  const { recall, hear } = aMemory({ entries: 2 });
  const [one, two, three] = ['1', '2', '3'].map((tag) => inquiryOf({}, `registry.test/team/app:${tag}`));
  if (one === undefined || two === undefined || three === undefined) throw new Error('three');
  hear(one, [[head, aResponse(200)]]);
  hear(two, [[head, aResponse(200)]]);
  recall(one, anytime);
  hear(three, [[head, aResponse(200)]]);

  expect([one, two, three].map((inquiry) => recall(inquiry, anytime) !== undefined)).toEqual([true, false, true]);
});
