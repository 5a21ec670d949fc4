import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type ImageReference, parseReference } from '../../../src/core/image/reference.ts';
import type { Answer, Response } from '../../../src/core/registry/exchange.ts';
import { anonymous, type Login } from '../../../src/core/registry/login.ts';
import { resolveAt, sawFailure } from '../../../src/core/registry/resolve.ts';
import { Session } from '../../../src/core/registry/session.ts';
import { aLogin, headersOf, inOrder, lineOf, play } from '../../support/dialogues.ts';
import { aFailure, anEndpoint, aResponse } from '../../support/exchanges.ts';

const base = 'https://registry.example.com/v2/team/app/manifests';
const index = 'application/vnd.oci.image.index.v1+json';
const text = '{"schemaVersion":2,"manifests":[]}';
const digest = digestOf(text);
const other = digestOf('other');
const limit = 4 * 1048 * 1048;

function digestOf(content: string): `sha256:${string}` {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function referenceTo(image: string): ImageReference {
  const parsed = parseReference(image);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.reference;
}

const tagged = referenceTo('registry.example.com/team/app:1');
const digested = referenceTo(`registry.example.com/team/app@${digest}`);

type Said = { readonly digest?: string; readonly length?: string; readonly type?: string };

/** Headers of a manifest; without a word about the length it comes in chunks. */
function headers(said: Said): ReadonlyMap<string, string[]> {
  return headersOf({
    ...(said.digest !== undefined && { 'docker-content-digest': said.digest }),
    ...(said.length !== undefined && { 'content-length': said.length }),
    ...(said.type !== undefined && { 'content-type': said.type }),
  });
}

function head(said: Said): Response {
  return aResponse(200, { headers: headers({ type: index, ...said }) });
}

function body(content: string, said: Said = {}): Response {
  return aResponse(200, { headers: headers({ type: index, ...said }), text: content, bodyDigest: digestOf(content) });
}

const last2xx = (response: Response): Response => ({ ...response, status: 299 });

function resolving(reference: ImageReference, login: Login, ...answers: readonly Answer[]) {
  const endpoint = anEndpoint('https://registry.example.com');
  const session = new Session({ endpoint, repository: 'team/app', login, tokenObjection: () => undefined });
  const { value, asked } = play(resolveAt(session, reference), inOrder(...answers));
  return { value, asked, lines: asked.map(lineOf) };
}

describe('a tag', () => {
  test('is resolved by HEAD alone where that names digest and length', () => {
    const { value, lines } = resolving(tagged, anonymous, head({ digest, length: '34' }));
    expect(lines).toEqual([`HEAD ${base}/1`]);
    expect(value).toMatchObject({
      kind: 'resolved',
      root: { mediaType: index, digest, size: 34, hasUrls: false },
      isManifestType: true,
      isVerified: false,
    });
    expect(value).not.toHaveProperty('body');
  });

  test.each<[string, Said]>([
    ['no digest', { length: '34' }],
    ['no length', { digest }],
    ['a length that is none', { digest, length: 'long' }],
    ['a negative length', { digest, length: '-1' }],
    ['neither, and a digest that is none', { digest: 'latest' }],
  ])('is read by GET where HEAD says %s', (_name, said) => {
    const { value, asked, lines } = resolving(tagged, anonymous, head(said), body(text, { digest }));
    expect(lines).toEqual([`HEAD ${base}/1`, `GET ${base}/1`]);
    expect(asked[1]).toMatchObject({ bodyLimit: limit + 1, digestAlgorithm: 'sha256' });
    expect(value).toMatchObject({
      kind: 'resolved',
      root: { digest, size: text.length },
      isVerified: true,
      isNamed: true,
    });
  });

  test('is resolved by any 2xx', () => {
    const byHead = resolving(tagged, anonymous, last2xx(head({ digest, length: '34' })));
    const byGet = resolving(tagged, anonymous, head({}), last2xx(body(text, { digest })));
    expect(byHead.value).toMatchObject({ kind: 'resolved', root: { digest, size: 34 } });
    expect(byGet.value).toMatchObject({ kind: 'resolved', root: { digest, size: text.length } });
  });

  test('is resolved by HEAD alone where the length is 0', () => {
    const { value, lines } = resolving(tagged, anonymous, head({ digest, length: '0' }));
    expect(lines).toEqual([`HEAD ${base}/1`]);
    expect(value).toMatchObject({ kind: 'resolved', root: { digest, size: 0 } });
  });

  test('is not verified by the answer to HEAD, which has no body', () => {
    const answer = { ...head({ digest, length: '34' }), bodyDigest: digest };
    expect(resolving(tagged, anonymous, answer).value).toMatchObject({ kind: 'resolved', isVerified: false });
  });

  test('is what its bytes hash to, whatever digest the GET names', () => {
    const { value } = resolving(tagged, anonymous, head({}), body(text, { digest: other }));
    expect(value).toMatchObject({ kind: 'resolved', root: { digest }, isVerified: false });
  });

  test('has no digest that anybody vouches for where none is named', () => {
    const { value } = resolving(tagged, anonymous, head({}), body(text));
    expect(value).toMatchObject({ kind: 'resolved', root: { digest }, isVerified: false, isNamed: false });
  });

  test.each(['latest', `sha256:${'A'.repeat(64)}`, 'sha256:abc', ''])('fails with the digest %j', (malformed) => {
    const { value, lines } = resolving(tagged, anonymous, head({ digest: malformed, length: '34' }));
    expect(lines).toHaveLength(1);
    expect(value).toEqual({ kind: 'useless', what: { kind: 'digest-header' } });
  });

  test('is asked for as it is in the reference, and as latest where there is none', () => {
    const latest = referenceTo('registry.example.com/team/app');
    expect(resolving(latest, anonymous, head({ digest, length: '1' })).lines).toEqual([`HEAD ${base}/latest`]);
  });
});

describe('a digest', () => {
  test('is resolved by HEAD alone, and stays what it is, whatever the answer names', () => {
    const { value, lines } = resolving(digested, anonymous, head({ digest: other, length: '34' }));
    expect(lines).toEqual([`HEAD ${base}/${digest}`]);
    expect(value).toMatchObject({ kind: 'resolved', root: { digest, size: 34 } });
  });

  test('goes before the tag beside it', () => {
    const both = referenceTo(`registry.example.com/team/app:1@${digest}`);
    expect(resolving(both, anonymous, head({ length: '34' })).lines).toEqual([`HEAD ${base}/${digest}`]);
  });

  test('is read by GET where HEAD does not say how long it is', () => {
    const { value, lines } = resolving(digested, anonymous, head({}), body(text));
    expect(lines).toEqual([`HEAD ${base}/${digest}`, `GET ${base}/${digest}`]);
    expect(value).toMatchObject({ kind: 'resolved', root: { digest, size: text.length }, isVerified: true });
  });

  test('is not verified by other bytes, even if the answer names their digest', () => {
    const { value } = resolving(digested, anonymous, head({}), body('other', { digest: other }));
    expect(value).toMatchObject({ kind: 'resolved', root: { digest, size: 5 }, isVerified: false });
  });

  test('by another algorithm is hashed by that', () => {
    const sha512 = referenceTo(`registry.example.com/team/app@sha512:${'a'.repeat(128)}`);
    const { asked } = resolving(sha512, anonymous, head({}), body(text));
    expect(asked.map(({ digestAlgorithm }) => digestAlgorithm)).toEqual(['sha512', 'sha512']);
  });
});

describe('where HEAD is not allowed', () => {
  test('the GET brings the document, which is kept if it is the one that is named', () => {
    const { value, lines } = resolving(
      tagged,
      anonymous,
      aResponse(405),
      body(text, { digest, length: `${text.length}` }),
    );
    expect(lines).toEqual([`HEAD ${base}/1`, `GET ${base}/1`]);
    expect(value).toMatchObject({ kind: 'resolved', root: { digest, size: text.length }, isVerified: true });
  });

  test('and not kept if it is another one', () => {
    const named = body('other', { digest, length: '5' });
    const { value } = resolving(tagged, anonymous, aResponse(405), named);
    expect(value).toMatchObject({ kind: 'resolved', root: { digest }, isVerified: false });
    expect(value).not.toHaveProperty('body');
  });
});

describe('the type', () => {
  test.each([
    [`${index}; charset=utf-8`, index, true],
    [
      'application/vnd.docker.distribution.manifest.v2+json',
      'application/vnd.docker.distribution.manifest.v2+json',
      true,
    ],
    [
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      true,
    ],
    ['text/plain; charset=utf-8', 'application/vnd.docker.distribution.manifest.v1+prettyjws', false],
    ['application/json', 'application/json', false],
    ['text/html', 'text/html', false],
    ['', '', false],
  ])('%j', (type, mediaType, isManifestType) => {
    const { value } = resolving(tagged, anonymous, head({ digest, length: '34', type }));
    expect(value).toMatchObject({ kind: 'resolved', root: { mediaType }, isManifestType });
  });

  test('may be missing', () => {
    const answer = aResponse(200, { headers: headersOf({ 'docker-content-digest': digest, 'content-length': '34' }) });
    expect(resolving(tagged, anonymous, answer).value).toMatchObject({
      root: { mediaType: '' },
      isManifestType: false,
    });
  });
});

describe('more bytes than containerd accepts', () => {
  test.each<[number, string]>([
    [limit, 'resolved'],
    [limit + 1, 'oversized'],
  ])('%i announced: %s', (length, kind) => {
    expect(resolving(tagged, anonymous, head({ digest, length: `${length}` })).value.kind).toBe(kind);
  });

  test.each<[string, ImageReference]>([
    ['a tag', tagged],
    ['a digest', digested],
  ])('sent without end, %s', (_name, reference) => {
    const endless = aResponse(200, { headers: headers({ type: index }), bodyIncomplete: true });
    const answer = { ...endless, body: new Uint8Array(limit + 1) };
    expect(resolving(reference, anonymous, head({}), answer).value).toEqual({ kind: 'oversized', bytes: limit + 1 });
  });

  test.each<[string, string]>([
    ['announced', `${limit + 1}`],
    ['sent without end', ''],
  ])('prove nothing where they are a web page, %s', (_name, length) => {
    const page = { type: 'text/html', ...(length !== '' && { digest, length }) };
    const endless = aResponse(200, { headers: headers(page), bodyIncomplete: true });
    const answers = length === '' ? [head(page), { ...endless, body: new Uint8Array(limit + 1) }] : [head(page)];
    expect(resolving(tagged, anonymous, ...answers).value).toEqual({
      kind: 'useless',
      what: { kind: 'no-manifest', mediaType: 'text/html' },
    });
  });

  test('are one more than the limit, which is read as any document', () => {
    const bytes = { ...body(text), body: new Uint8Array(limit) };
    expect(resolving(tagged, anonymous, head({}), bytes).value).toMatchObject({
      kind: 'resolved',
      root: { size: limit },
    });
    expect(resolving(tagged, anonymous, head({}), { ...bytes, bodyIncomplete: true }).value).toEqual({
      kind: 'useless',
      what: { kind: 'unacceptable' },
    });
  });

  test('is not what an answer that broke off is', () => {
    const broken = aResponse(200, { headers: headers({ type: index }), text: '{"sch', bodyIncomplete: true });
    expect(resolving(tagged, anonymous, head({}), broken).value).toEqual({
      kind: 'useless',
      what: { kind: 'unacceptable' },
    });
  });
});

describe('every other answer', () => {
  test.each([300, 304, 400, 406, 410, 500, 501, 502, 503])('%i to HEAD proves nothing', (status) => {
    const { value, lines } = resolving(tagged, anonymous, aResponse(status));
    expect(lines).toHaveLength(1);
    expect(value).toEqual({ kind: 'useless', what: { kind: 'status', status } });
  });

  test.each([404, 500])('%i to the GET that reads the document proves nothing', (status) => {
    const { value } = resolving(tagged, anonymous, head({}), aResponse(status));
    expect(value).toEqual({ kind: 'useless', what: { kind: 'status', status } });
  });

  test('429 says when it ends, if it does', () => {
    const waiting = aResponse(429, { headers: headersOf({ 'retry-after': '7' }) });
    expect(resolving(tagged, anonymous, waiting).value).toEqual({ kind: 'throttled', retryAfterMs: 7000 });
    expect(resolving(tagged, anonymous, aResponse(429)).value).toEqual({ kind: 'throttled' });
    expect(resolving(tagged, anonymous, head({}), waiting).value).toEqual({ kind: 'throttled', retryAfterMs: 7000 });
  });

  test('no answer to the GET is no answer', () => {
    const { value } = resolving(tagged, anonymous, head({}), aFailure('timeout'));
    expect(value).toEqual({ kind: 'unreachable', cause: 'timeout' });
  });

  test('a token server in trouble proves nothing', () => {
    const challenge = 'Bearer realm="https://auth.example.com/token"';
    const challenged = aResponse(401, { headers: headersOf({ 'www-authenticate': challenge }) });
    const { value } = resolving(tagged, anonymous, challenged, aResponse(500));
    expect(value).toEqual({ kind: 'useless', what: { kind: 'status', status: 500 } });
  });

  test('a challenge that cannot be met proves nothing', () => {
    const challenged = aResponse(401, { headers: headersOf({ 'www-authenticate': 'Bearer service="s"' }) });
    const { value } = resolving(tagged, aLogin('u', 'p'), challenged);
    expect(value).toEqual({ kind: 'useless', what: { kind: 'unusable-challenge' } });
  });
});

test.each([
  ['dns', { kind: 'unreachable', cause: 'dns' }],
  ['connection', { kind: 'unreachable', cause: 'connection' }],
  ['tls', { kind: 'unreachable', cause: 'tls' }],
  ['plain-http', { kind: 'unreachable', cause: 'plain-http' }],
  ['timeout', { kind: 'unreachable', cause: 'timeout' }],
  ['deadline', { kind: 'not-asked', why: 'deadline' }],
  ['refused-address', { kind: 'not-asked', why: 'refused-address' }],
  ['refused-port', { kind: 'not-asked', why: 'refused-port' }],
  ['unacceptable-answer', { kind: 'useless', what: { kind: 'unacceptable' } }],
] as const)('the failure %s', (cause, saw) => {
  expect(sawFailure(cause)).toEqual(saw);
});
