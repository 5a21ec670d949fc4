import { describe, expect, test } from 'vitest';
import { type Content, wanted } from '../../../src/core/content/content.ts';
import type { Descriptor } from '../../../src/core/content/descriptor.ts';
import type { Answer } from '../../../src/core/registry/exchange.ts';
import { anonymous } from '../../../src/core/registry/login.ts';
import { readContent, type SparedContent } from '../../../src/core/registry/read-content.ts';
import { Session } from '../../../src/core/registry/session.ts';
import { blobOf, mediaTypes } from '../../../tools/embedded-registry/image.ts';
import { errorDocument, headersOf, inOrder, lineOf, play } from '../../support/dialogues.ts';
import { aFailure, anEndpoint, aResponse } from '../../support/exchanges.ts';

const { digest, bytes } = blobOf({ schemaVersion: 2, manifests: [] });
const index: Descriptor = { mediaType: mediaTypes.index, digest, size: bytes.length, hasUrls: false };
const manifest: Descriptor = { ...index, mediaType: mediaTypes.manifest };
const config: Descriptor = { ...index, mediaType: mediaTypes.config };
const layer: Descriptor = { ...index, mediaType: mediaTypes.layer };

const read = aResponse(200, { text: bytes.toString(), bodyDigest: digest as `sha256:${string}` });
const absent = aResponse(404, { text: errorDocument('MANIFEST_UNKNOWN') });

const needed = { isDispensable: false, byHead: false, isSeenNow: false };

function sessionsAt(...hosts: readonly string[]): readonly Session[] {
  return hosts.map((host) => {
    const isOnNode = host.startsWith('127.');
    const endpoint = { ...anEndpoint(`https://${host}`), ...(isOnNode && ({ isOnNode } as const)) };
    return new Session({ endpoint, repository: 'team/app', login: anonymous, tokenObjection: () => undefined });
  });
}

function reading(item: Parameters<typeof readContent>[1], ...answers: readonly Answer[]) {
  return readingFrom(['r.test'], item, ...answers);
}

function readingFrom(
  hosts: readonly string[],
  item: Parameters<typeof readContent>[1],
  ...answers: readonly Answer[]
): {
  readonly kind: (Content | SparedContent)['kind'];
  readonly content: Content | SparedContent;
  readonly lines: readonly string[];
  readonly accepts: readonly unknown[];
} {
  const { value, asked } = play(readContent(sessionsAt(...hosts), item, needed), inOrder(...answers));
  const lines = asked.map((exchange) => lineOf(exchange).replaceAll(digest, '<digest>'));
  return { kind: value.kind, content: value, lines, accepts: asked.map(({ headers }) => headers.accept) };
}

describe('where content comes from', () => {
  test.each([
    ['an index', wanted(index, 'index'), 'GET https://r.test/v2/team/app/manifests/<digest>'],
    ['a manifest', wanted(manifest, 'manifest'), 'GET https://r.test/v2/team/app/manifests/<digest>'],
    ['a config', wanted(config, 'config'), 'GET https://r.test/v2/team/app/blobs/<digest>'],
  ])('%s', (_name, item, line) => {
    const { kind, lines, accepts } = reading(item, read);
    expect(lines).toEqual([line]);
    expect(accepts).toEqual([`${item.descriptor.mediaType}, */*`]);
    expect(kind).toBe('read');
  });

  test('of a layer only the existence is asked for', () => {
    const { kind, lines } = reading(wanted(layer, 'blob'), aResponse(200));
    expect(lines).toEqual(['HEAD https://r.test/v2/team/app/blobs/<digest>']);
    expect(kind).toBe('present');
  });

  test('so it is of what is too large to be read', () => {
    const large = { ...config, size: 4 * 1048 * 1048 + 1 };
    const { kind, lines } = reading(wanted(large, 'config'), aResponse(200));
    expect(lines).toEqual(['HEAD https://r.test/v2/team/app/blobs/<digest>']);
    expect(kind).toBe('present');
  });

  test('the largest size that is read', () => {
    const { lines } = reading(wanted({ ...config, size: 4 * 1048 * 1048 }, 'config'), aResponse(500));
    expect(lines).toEqual(['GET https://r.test/v2/team/app/blobs/<digest>']);
  });

  test('what the registry named just now is marked', () => {
    const [session] = sessionsAt('r.test');
    if (session === undefined) throw new Error('no session');
    const seenNow = [true, false].map((isSeenNow) =>
      play(readContent([session], wanted(index, 'index'), { ...needed, isSeenNow }), inOrder(read)).asked.map(
        (exchange) => exchange.isSeenNow,
      ),
    );
    expect(seenNow).toEqual([[true], [undefined]]);
  });

  test('bytes by their digest stay what they are, and are hashed by its algorithm', () => {
    const answers = inOrder(read, aResponse(200));
    const [session] = sessionsAt('r.test');
    if (session === undefined) throw new Error('no session');
    const asked = [wanted(index, 'index'), wanted(layer, 'blob')].flatMap(
      (item) => play(readContent([session], item, needed), answers).asked,
    );
    expect(asked.map(({ isImmutable, digestAlgorithm }) => [isImmutable, digestAlgorithm])).toEqual([
      [true, 'sha256'],
      [undefined, 'sha256'],
    ]);
  });

  test('nobody is asked for what the descriptor holds itself', () => {
    const { kind, lines } = reading(wanted({ ...config, data: bytes }, 'config'));
    expect(lines).toEqual([]);
    expect(kind).toBe('read');
  });

  test('a type that is not named is not asked for', () => {
    expect(reading(wanted({ ...index, mediaType: '' }, 'blob'), aResponse(200)).accepts).toEqual(['*/*']);
  });
});

describe('when the time is up', () => {
  test.each<[string, readonly Answer[]]>([
    ['before the answer', [aFailure('deadline')]],
    ['before the second look', [aResponse(404), aFailure('deadline')]],
  ])('%s, that is the reason why it was not read', (_name, answers) => {
    expect(reading(wanted(index, 'index'), ...answers).content).toEqual({ kind: 'unread', notAsked: 'deadline' });
  });

  test('for another reason it is not', () => {
    expect(reading(wanted(index, 'index'), aFailure('dns')).content).toEqual({ kind: 'unread' });
  });
});

describe('a limit', () => {
  test.each<[string, Answer, Content]>([
    ['429', aResponse(429), { kind: 'unread', throttled: {} }],
    [
      '429 that says when it ends',
      aResponse(429, { headers: headersOf({ 'retry-after': '7' }) }),
      { kind: 'unread', throttled: { retryAfterMs: 7000 } },
    ],
    ['408 is none', aResponse(408), { kind: 'unread' }],
  ])('%s', (_name, answer, content) => {
    expect(reading(wanted(index, 'index'), answer).content).toEqual(content);
  });
});

const challenge = (more = '') =>
  aResponse(401, { headers: headersOf({ 'www-authenticate': `Bearer realm="https://auth.test/token"${more}` }) });
const issued = (token: string) => aResponse(200, { text: JSON.stringify({ token }) });

describe('a token that is refused', () => {
  const url = 'https://r.test/v2/team/app/manifests/<digest>';

  test('by a replica that does not know it is asked for once more', () => {
    const foreign = challenge(',error="invalid_token"');
    const answers = inOrder(challenge(), issued('t'), foreign, foreign, issued('new'), read);
    const { value, asked } = play(readContent(sessionsAt('r.test'), wanted(index, 'index'), needed), answers);
    expect(asked.slice(2).map((exchange) => lineOf(exchange).replaceAll(digest, '<digest>'))).toEqual([
      `GET ${url} Bearer t`,
      `GET ${url} Bearer t again`,
      'GET https://auth.test/token?scope=repository%3Ateam%2Fapp%3Apull again',
      `GET ${url} Bearer new again`,
    ]);
    expect(asked.at(-1)).toMatchObject({ digestAlgorithm: 'sha256' });
    expect(value.kind).toBe('read');
  });

  test('for what it may do is not', () => {
    const { content, lines } = reading(
      wanted(index, 'index'),
      challenge(),
      issued('t'),
      challenge(',error="insufficient_scope"'),
    );
    expect(lines.slice(2)).toEqual([`GET ${url} Bearer t`]);
    expect(content).toEqual({ kind: 'unread' });
  });
});

describe('what is read must hash to its digest', () => {
  test.each<[string, Answer]>([
    ['other bytes', { ...read, bodyDigest: `sha256:${'0'.repeat(64)}` }],
    ['only the first part of them', { ...read, bodyIncomplete: true }],
    ['none', aResponse(204)],
  ])('%s', (_name, answer) => {
    const { kind, lines } = reading(wanted(index, 'index'), answer);
    expect(kind).toBe('unread');
    expect(lines).toHaveLength(1);
  });

  test('and the digest must be one', () => {
    const { kind, lines } = reading(wanted({ ...index, digest: 'md5:abc' }, 'index'));
    expect(kind).toBe('unread');
    expect(lines).toEqual([]);
  });
});

describe('absent', () => {
  const url = 'https://r.test/v2/team/app/manifests/<digest>';

  test('is what the registry says twice', () => {
    const { kind, lines } = reading(wanted(index, 'index'), absent, absent);
    expect(lines).toEqual([`GET ${url}`, `GET ${url} again`]);
    expect(kind).toBe('absent');
  });

  test('is a layer of which GET says why', () => {
    const why = aResponse(404, { text: errorDocument('BLOB_UNKNOWN') });
    const { kind, lines } = reading(wanted(layer, 'blob'), aResponse(404), why);
    expect(lines.map((line) => line.split(' ').filter((word) => !word.startsWith('https:')))).toEqual([
      ['HEAD'],
      ['GET', 'again'],
    ]);
    expect(kind).toBe('absent');
  });

  test('is asked for a second time with room for an error', () => {
    const { asked } = play(readContent(sessionsAt('r.test'), wanted(index, 'index'), needed), inOrder(absent, absent));
    expect(asked.map(({ bodyLimit }) => bodyLimit)).toEqual([4 * 1048 * 1048 + 1, 8192]);
  });

  test.each<[string, Answer]>([
    ['a web page', aResponse(404, { text: '<html>' })],
    ['the same word with another status', aResponse(500, { text: errorDocument('MANIFEST_UNKNOWN') })],
    ['nothing', aResponse(404)],
    ['200', read],
    ['500', aResponse(500)],
    ['429', aResponse(429)],
    ['no answer', aFailure('timeout')],
  ])('is not what is followed by %s', (_name, second) => {
    expect(reading(wanted(index, 'index'), absent, second).kind).toBe('unread');
  });

  test.each<[string, Answer]>([
    ['403', aResponse(403)],
    ['401', aResponse(401)],
    ['410', aResponse(410)],
    ['500', aResponse(500)],
    ['no answer', aFailure('connection')],
  ])('is not %s', (_name, answer) => {
    const { kind, lines } = reading(wanted(index, 'index'), answer);
    expect(kind).toBe('unread');
    expect(lines).toHaveLength(1);
  });

  test.each<[number, Content]>([
    [299, { kind: 'present' }],
    [300, { kind: 'unread' }],
    [500, { kind: 'unread' }],
  ])('is no layer that is answered with %i', (status, content) => {
    expect(reading(wanted(layer, 'blob'), aResponse(status)).content).toEqual(content);
  });

  test('is not what nobody can be asked for', () => {
    expect(readingFrom([], wanted(index, 'index')).kind).toBe('unread');
  });
});

describe('of several endpoints', () => {
  const hosts = ['mirror.test', 'r.test'];

  test('the first that has it does', () => {
    expect(readingFrom(hosts, wanted(index, 'index'), read).lines).toHaveLength(1);
  });

  test.each<[string, readonly Answer[]]>([
    ['does not have it', [absent, absent]],
    ['has other bytes', [{ ...read, bodyDigest: `sha256:${'0'.repeat(64)}` }]],
    ['is in trouble', [aResponse(500)]],
  ])('the second is asked where the first %s', (_name, answers) => {
    const { kind, lines } = readingFrom(hosts, wanted(index, 'index'), ...answers, read);
    expect(lines.at(-1)).toBe('GET https://r.test/v2/team/app/manifests/<digest>');
    expect(kind).toBe('read');
  });

  test('all have to say that it is absent', () => {
    const item = wanted(index, 'index');
    expect(readingFrom(hosts, item, absent, absent, absent, absent).kind).toBe('absent');
    expect(readingFrom(hosts, item, aResponse(500), absent, absent).kind).toBe('unread');
    expect(readingFrom(hosts, item, absent, absent, aFailure('dns')).kind).toBe('unread');
  });

  test('but a mirror on the loopback of the node, which cannot be asked from here', () => {
    const own = ['127.0.0.1:30020', 'r.test'];
    const item = wanted(index, 'index');
    expect(readingFrom(own, item, aFailure('refused-address'), absent, absent).kind).toBe('absent');
    expect(readingFrom(own, item, aFailure('refused-address'), aResponse(500)).kind).toBe('unread');
    expect(readingFrom(own, item, absent, absent, aResponse(500)).kind).toBe('unread');
    expect(readingFrom(own.slice(0, 1), item, aFailure('refused-address')).kind).toBe('unread');
  });
});
