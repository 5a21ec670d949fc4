import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { startCarrier } from '../../support/carriers.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { makeHurriedClock } from '../../support/clock.ts';
import { errorDocument } from '../../support/dialogues.ts';
import {
  type Behaviour,
  breakingOff,
  dripping,
  type HostileRegistry,
  reset,
  says,
  silence,
  startHostile,
  startRaw,
  withoutEnd,
} from '../../support/hostile-registry.ts';
import { amd64, type Given, inShortOf, predicting } from '../../support/predicting.ts';
import { startCanary } from '../../support/servers.ts';

const indexType = 'application/vnd.oci.image.index.v1+json';
const image = buildMultiPlatform([amd64], 'hostile');
const index = image.bytes.toString();
const held = { 'content-type': indexType, 'docker-content-digest': image.digest, 'content-length': `${image.size}` };
const html = { 'content-type': 'text/html; charset=utf-8' };
const page = '<!doctype html><title>Sign in</title>';

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** For what is never answered. What is answered on loopback takes a hundredth of it. */
const silenceMs = 500;

async function seen(registry: HostileRegistry, given: Partial<Given> = {}, requestTimeoutMs = 30_000) {
  const carrier = startCarrier({ requestTimeoutMs, clock: makeHurriedClock() });
  const prediction = await predicting({ carrier, url: registry.url, ...given });
  return { found: inShortOf(prediction), asked: registry.asked() };
}

type Case = readonly [
  name: string,
  rules: Readonly<Record<string, Behaviour>>,
  found: string,
  asked: readonly string[],
];

describe('HEAD', () => {
  test.each<Case>([
    [
      'is not allowed',
      { HEAD: says(405), GET: says(200, held, index) },
      'pullable:',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    [
      'is not implemented, for which nodes have no remedy',
      { HEAD: says(501), GET: says(200, held, index) },
      'unconfirmed: registry-error unconfirmed status 501',
      ['HEAD manifests/1'],
    ],
    [
      'names no digest',
      { HEAD: says(200, { 'content-type': indexType }), GET: says(200, { 'content-type': indexType }, index) },
      'pullable:',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    [
      'names a digest that is none',
      { HEAD: says(200, { ...held, 'docker-content-digest': 'latest' }) },
      'unconfirmed: registry-error unconfirmed digest-header',
      ['HEAD manifests/1'],
    ],
    [
      'announces more than containerd takes',
      { HEAD: says(200, { ...held, 'content-length': '4393217' }) },
      'unpullable: unsupported-manifest certain too-large',
      ['HEAD manifests/1'],
    ],
    [
      'announces a web page',
      {
        HEAD: says(200, { ...html, 'content-length': '37', 'docker-content-digest': image.digest }),
        GET: says(200, html, page),
      },
      'unconfirmed: registry-error unconfirmed no-manifest text/html',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    [
      'announces schema 1',
      { HEAD: says(200, { ...held, 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' }) },
      // No node is known, and one with containerd 1.7 would convert it.
      'unpullable: unsupported-manifest likely schema-1',
      ['HEAD manifests/1'],
    ],
    [
      'announces what is no manifest, and the bytes prove it',
      {
        HEAD: says(200, { ...held, 'content-type': 'application/json' }),
        GET: says(200, { ...held, 'content-type': 'application/json' }, index),
      },
      'unpullable: unsupported-manifest certain media-type',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
  ])('%s', async (_name, rules, found, asked) => {
    expect(await seen(await startHostile(rules))).toEqual({ found: [found], asked });
  });

  test('announces schema 1 to nodes that still convert it', async () => {
    const type = { ...held, 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' };
    const registry = await startHostile({ HEAD: says(200, type) });
    const { found } = await seen(registry, { containerd: '1.7.29', inspect: 'resolve' });
    expect(found[0]).not.toContain('schema-1');
    expect((await seen(registry, { containerd: '2.2.0' })).found).toEqual([
      'unpullable: unsupported-manifest certain schema-1',
    ]);
  });
});

function vantage(status: number): string {
  return `unconfirmed: registry-error unconfirmed vantage ${status}`;
}

describe('a refusal', () => {
  test.each<Case>([
    ['401 without a challenge', { HEAD: says(401) }, vantage(401), ['HEAD manifests/1']],
    [
      '401 with a challenge of no known scheme',
      { HEAD: says(401, { 'www-authenticate': 'Negotiate' }) },
      vantage(401),
      ['HEAD manifests/1'],
    ],
    ['403 at once', { HEAD: says(403, html, page) }, vantage(403), ['HEAD manifests/1']],
    [
      'Bearer without realm',
      { HEAD: says(401, { 'www-authenticate': 'Bearer service="s"' }) },
      'unconfirmed: registry-error unconfirmed unusable-challenge',
      ['HEAD manifests/1'],
    ],
    [
      'Basic, twice, with a web page',
      {
        HEAD: says(401, { 'www-authenticate': 'Basic' }),
        GET: says(401, { ...html, 'www-authenticate': 'Basic' }, page),
      },
      'unpullable: access-denied certain',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    [
      'Basic, twice',
      { '': says(401, { 'www-authenticate': 'Basic' }, errorDocument('UNAUTHORIZED')) },
      'unpullable: access-denied certain',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    [
      'Basic, and then none',
      // HEAD is what nodes decide on, and is asked a third time.
      { HEAD: says(401, { 'www-authenticate': 'Basic' }), GET: says(200, held, index) },
      'unconfirmed: registry-error unconfirmed status 401',
      ['HEAD manifests/1', 'GET manifests/1', 'HEAD manifests/1'],
    ],
    [
      '429',
      { HEAD: says(429, { 'retry-after': '7' }) },
      'unconfirmed: rate-limited unconfirmed 7000 ms',
      ['HEAD manifests/1'],
    ],
  ])('%s', async (_name, rules, found, asked) => {
    expect(await seen(await startHostile(rules))).toEqual({ found: [found], asked });
  });
});

test('429 speaks for all that this asker wants of the registry: what comes next is not sent', async () => {
  const registry = await startHostile({ HEAD: says(429, { 'retry-after': '60' }) });
  const carrier = startCarrier();
  for (const tag of ['1', '2']) {
    const prediction = await predicting({
      carrier,
      url: registry.url,
      images: [`registry.example.com/team/app:${tag}`],
    });
    expect(inShortOf(prediction)).toEqual(['unconfirmed: rate-limited unconfirmed 60000 ms']);
  }
  expect(registry.asked()).toEqual(['HEAD manifests/1']);
});

describe('404', () => {
  test.each<Case>([
    [
      'with a web page',
      { '': says(404, html, page) },
      'unconfirmed: registry-error unconfirmed unproven-404',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    [
      'with nothing',
      {},
      'unconfirmed: registry-error unconfirmed unproven-404',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    [
      'with an error document without end',
      { HEAD: says(404), GET: withoutEnd(404, {}, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}') },
      'unconfirmed: registry-error unconfirmed unproven-404',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    [
      'before it allows no further request',
      { HEAD: says(404), GET: says(429, { 'retry-after': '60' }) },
      'unconfirmed: registry-error unconfirmed unrepeated-404 throttled',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    [
      'for a tag that is listed',
      { 'GET tags': says(200, {}, '{"tags":["1"]}'), '': says(404, {}, errorDocument('MANIFEST_UNKNOWN')) },
      'unconfirmed: registry-error unconfirmed contradiction',
      ['HEAD manifests/1', 'GET manifests/1', 'GET tags/list'],
    ],
    [
      'with a list of tags without end',
      { 'GET tags': withoutEnd(200, {}, '"1",'.repeat(10_000)), '': says(404, {}, errorDocument('MANIFEST_UNKNOWN')) },
      'unpullable: manifest-not-found certain',
      ['HEAD manifests/1', 'GET manifests/1', 'GET tags/list'],
    ],
    [
      'with a list of a hundred thousand tags',
      {
        'GET tags': says(
          200,
          {},
          JSON.stringify({ tags: Array.from({ length: 100_000 }, (_, number) => `v${number}`) }),
        ),
        '': says(404, {}, errorDocument('MANIFEST_UNKNOWN')),
      },
      'unpullable: manifest-not-found certain v1 v91 v81',
      ['HEAD manifests/1', 'GET manifests/1', 'GET tags/list'],
    ],
    [
      'to HEAD alone',
      { HEAD: says(404), GET: says(200, held, index) },
      'unpullable: manifest-not-found likely',
      ['HEAD manifests/1', 'GET manifests/1', 'HEAD manifests/1'],
    ],
  ])('%s', async (_name, rules, found, asked) => {
    expect(await seen(await startHostile(rules))).toEqual({ found: [found], asked });
  });
});

describe('no answer', () => {
  test.each<Case>([
    ['a reset', { HEAD: reset }, 'unconfirmed: registry-unreachable unconfirmed connection', ['HEAD manifests/1']],
    [
      'a body that ends before its time, after all that nodes look at',
      { HEAD: says(405), GET: breakingOff(held, index.slice(0, 20)) },
      'pullable:',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    [
      'a body without digest that ends before its time',
      {
        HEAD: says(200, { 'content-type': indexType }),
        GET: breakingOff({ 'content-type': indexType }, index.slice(0, 20)),
      },
      'unconfirmed: registry-error unconfirmed unacceptable',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
  ])('%s', async (_name, rules, found, asked) => {
    expect(await seen(await startHostile(rules))).toEqual({ found: [found], asked });
  });

  test.each<Case>([
    [
      'silence for a list of tags',
      { 'GET tags': silence, '': says(404, {}, errorDocument('MANIFEST_UNKNOWN')) },
      'unpullable: manifest-not-found certain',
      ['HEAD manifests/1', 'GET manifests/1', 'GET tags/list'],
    ],
    [
      'silence when a 404 is looked at again',
      { HEAD: says(404), GET: silence },
      'unconfirmed: registry-error unconfirmed unrepeated-404 failed',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    ['silence', { HEAD: silence }, 'unconfirmed: registry-unreachable unconfirmed timeout', ['HEAD manifests/1']],
    [
      'a body without digest that does not end in time',
      { HEAD: says(200, { 'content-type': indexType }), GET: dripping({ 'content-type': indexType }) },
      'unconfirmed: registry-unreachable unconfirmed timeout',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
  ])('%s', async (_name, rules, found, asked) => {
    expect(await seen(await startHostile(rules), {}, silenceMs)).toEqual({ found: [found], asked });
  });

  test.each([
    ['an SSH server', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['no such HTTP', 'HTTP/9.9 200 OK\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['ten megabytes of headers', `HTTP/1.1 200 OK\r\n${`X-Padding: ${'x'.repeat(1000)}\r\n`.repeat(10_000)}\r\n`],
    ['one header of a megabyte', `HTTP/1.1 200 OK\r\nX-Padding: ${'x'.repeat(1_000_000)}\r\n\r\n`],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n'],
  ])('%s', async (_name, text) => {
    const registry = await startRaw((socket) => socket.write(text));
    expect(await seen(registry)).toEqual({
      found: ['unconfirmed: registry-error unconfirmed unacceptable'],
      asked: ['HEAD manifests/1'],
    });
  });

  test('"continue" without end', async () => {
    const registry = await startRaw((socket) => {
      const timer = setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await seen(registry, {}, silenceMs)).toEqual({
      found: ['unconfirmed: registry-unreachable unconfirmed timeout'],
      asked: ['HEAD manifests/1'],
    });
  });

  test('our own time is up', async () => {
    const registry = await startHostile({ HEAD: silence });
    expect((await seen(registry, { signal: AbortSignal.timeout(50) })).found).toEqual([
      'unconfirmed: registry-not-examined unconfirmed deadline',
    ]);
  });
});

test('a single manifest that the registry names and does not have', async () => {
  const single = { ...held, 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
  const registry = await startHostile({
    HEAD: says(200, single),
    GET: says(404, {}, errorDocument('MANIFEST_UNKNOWN')),
  });
  const { found } = await seen(registry, { inspect: 'platform', platforms: [amd64] });
  expect(found).toEqual(['unpullable: incomplete-image certain root']);
});

describe('a document', () => {
  const typed = { 'content-type': indexType };

  test.each<Case>([
    [
      'without end',
      { HEAD: says(200, typed), GET: withoutEnd(200, typed, ' '.repeat(65_536)) },
      'unpullable: unsupported-manifest certain too-large',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    [
      'without end, a web page',
      { HEAD: says(200, html), GET: withoutEnd(200, html, page.repeat(1000)) },
      'unconfirmed: registry-error unconfirmed no-manifest text/html',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    [
      'in gzip, which nobody asked for',
      {
        HEAD: says(405),
        GET: (response) => response.writeHead(200, { ...typed, 'content-encoding': 'gzip' }).end(gzipSync(index)),
      },
      'unconfirmed: registry-error unconfirmed unacceptable',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
    [
      'in gzip, a thousand times as large',
      {
        HEAD: says(200, typed),
        GET: (response) =>
          response.writeHead(200, { ...typed, 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(10_000_000))),
      },
      'unconfirmed: registry-error unconfirmed unacceptable',
      ['HEAD manifests/1', 'GET manifests/1'],
    ],
  ])('%s', async (_name, rules, found, asked) => {
    expect(await seen(await startHostile(rules))).toEqual({ found: [found], asked });
  });

  test.each([
    ['an index of an image that is a list', '[]'],
    ['nesting a hundred thousand deep', `{"manifests":${'['.repeat(100_000)}`],
    ['no JSON', page],
    ['schema 1', '{"schemaVersion":1,"fsLayers":[],"manifests":[]}'],
  ])('that is none: %s', async (_name, text) => {
    const headers = { ...typed, 'docker-content-digest': digestOf(text), 'content-length': `${text.length}` };
    const registry = await startHostile({ '': says(200, headers, text) });
    expect(await seen(registry, { inspect: 'platform', containerd: '2.2.1' })).toEqual({
      found: ['unpullable: unsupported-manifest certain malformed'],
      asked: ['HEAD manifests/1', `GET manifests/${digestOf(text)}`],
    });
  });

  test('of more entries than anybody looks at', async () => {
    const entry = {
      mediaType: indexType,
      digest: image.digest,
      size: 2,
      platform: { os: 'linux', architecture: 'riscv64' },
    };
    const text = JSON.stringify({ schemaVersion: 2, manifests: Array.from({ length: 20_000 }, () => entry) });
    const headers = { ...typed, 'docker-content-digest': digestOf(text), 'content-length': `${text.length}` };
    const registry = await startHostile({ '': says(200, headers, text) });
    const { found, asked } = await seen(registry, { inspect: 'platform', containerd: '2.2.1' });
    expect(found).toEqual(['unconfirmed: registry-not-examined unconfirmed too-large']);
    expect(asked).toHaveLength(2);
  });

  test('that is another one than the digest says', async () => {
    const registry = await startHostile({ HEAD: says(200, held), GET: says(200, held, '{"manifests":[]}') });
    expect(await seen(registry, { inspect: 'platform', containerd: '2.2.1' }, silenceMs)).toEqual({
      found: [`unconfirmed: registry-error unconfirmed unread-content ${image.digest}`],
      asked: ['HEAD manifests/1', `GET manifests/${image.digest}`],
    });
  });

  test('for which the requests are used up', async () => {
    const registry = await startHostile({ HEAD: says(200, held), GET: says(429, { 'retry-after': '60' }) });
    expect(await seen(registry, { inspect: 'platform', containerd: '2.2.1' })).toEqual({
      found: ['unconfirmed: rate-limited unconfirmed 60000 ms'],
      asked: ['HEAD manifests/1', `GET manifests/${image.digest}`],
    });
  });
});

describe('a redirect', () => {
  const unacceptable = 'unconfirmed: registry-error unconfirmed unacceptable';

  test.each([
    ['to the metadata address', 'http://169.254.169.254/latest/meta-data/'],
    ['to another host', 'https://elsewhere.example.com/v2/team/app/manifests/1'],
    ['to another port', 'http://127.0.0.1:1/v2/team/app/manifests/1'],
    ['to a file', 'file:///etc/passwd'],
    ['with a password', 'http://user:secret@127.0.0.1/v2/'],
  ])('of a manifest %s is not followed', async (_name, location) => {
    const registry = await startHostile({ HEAD: says(307, { location }) });
    expect(await seen(registry)).toEqual({ found: [unacceptable], asked: ['HEAD manifests/1'] });
  });

  test('in a circle is followed three times', async () => {
    const registry = await startHostile({ HEAD: says(302, { location: '/v2/team/app/manifests/1' }) });
    expect(await seen(registry)).toEqual({
      found: [unacceptable],
      asked: Array.from({ length: 4 }, () => 'HEAD manifests/1'),
    });
  });

  test('within the registry is followed', async () => {
    const registry = await startHostile({
      'HEAD manifests/1': says(302, { location: '/v2/team/app/manifests/2' }),
      HEAD: says(200, held),
    });
    expect(await seen(registry)).toEqual({ found: ['pullable:'], asked: ['HEAD manifests/1', 'HEAD manifests/2'] });
  });

  test('of a blob to a forbidden address dials nobody', async () => {
    const canary = await startCanary('127.0.0.2');
    const [child] = image.children;
    const config = child?.blobs[0]?.digest ?? '';
    const childHeaders = { 'content-type': child?.mediaType ?? '' };
    const registry = await startHostile({
      HEAD: says(200, held),
      [`GET manifests/${image.digest}`]: says(200, held, index),
      [`GET manifests/${child?.digest}`]: says(200, childHeaders, child?.bytes.toString()),
      'GET blobs': says(307, { location: `http://127.0.0.2:${canary.port}/blob` }),
    });
    const { found, asked } = await seen(registry, { inspect: 'platform', containerd: '2.2.1' });
    expect(asked.at(-1)).toBe(`GET blobs/${config}`);
    expect(found).toEqual([`unconfirmed: registry-error unconfirmed unread-content ${config}`]);
    expect(canary.contacts()).toBe(0);
  });
});

/** `SELF` in the realm is the registry itself. */
function challenged(realm: string, text = ''): Behaviour {
  return (response, request) => {
    const challenge = `Bearer realm="${realm.replace('SELF', `http://${request.headers.host}`)}"`;
    says(401, { 'www-authenticate': challenge }, text)(response, request);
  };
}

describe('a token server', () => {
  const login = { username: 'alice', password: 'a-secret-of-alice' };
  const token = 'GET /token?scope=repository%3Ateam%2Fapp%3Apull';

  test.each<[string, Behaviour, string]>([
    ['a web page', says(200, html, page), 'registry-error unconfirmed token-reply'],
    ['nothing', says(204), 'registry-error unconfirmed token-reply'],
    ['a token without end', withoutEnd(200, {}, '{"token":"'), 'registry-error unconfirmed token-reply'],
    [
      'a token with a line break',
      says(200, {}, '{"token":"a\\r\\nX-Injected: b"}'),
      'registry-error unconfirmed unacceptable',
    ],
    ['500', says(500), 'registry-error unconfirmed status 500'],
    ['429', says(429, { 'retry-after': '3' }), 'rate-limited unconfirmed 3000 ms'],
    [
      'a redirect to the metadata address',
      says(302, { location: 'http://169.254.169.254/token' }),
      'registry-error unconfirmed unacceptable',
    ],
    ['gzip', says(200, { 'content-encoding': 'gzip' }, 'x'), 'registry-error unconfirmed unacceptable'],
  ])('that answers with %s', async (_name, behaviour, found) => {
    const registry = await startHostile({ 'GET /token': behaviour, HEAD: challenged('SELF/token') });
    expect(await seen(registry)).toEqual({
      found: [`unconfirmed: ${found}`],
      asked: ['HEAD manifests/1', token],
    });
  });

  test('that is silent', async () => {
    const registry = await startHostile({ 'GET /token': silence, HEAD: challenged('SELF/token') });
    expect(await seen(registry, {}, silenceMs)).toEqual({
      found: ['unconfirmed: registry-unreachable unconfirmed timeout'],
      asked: ['HEAD manifests/1', token],
    });
  });

  test.each<[string, string]>([
    ['the metadata address', 'http://169.254.169.254'],
    ['plain HTTP elsewhere', 'http://auth.example.com'],
  ])('at %s is not asked, by nobody', async (_name, origin) => {
    const registry = await startHostile({ HEAD: challenged(`${origin}/token`) });
    const host = origin.replace('http://', '');
    expect(await seen(registry)).toEqual({
      found: [`unconfirmed: registry-not-examined unconfirmed foreign-token-server plain-http ${host}`],
      asked: ['HEAD manifests/1'],
    });
  });

  test('elsewhere gets no password, and is not even dialled with one', async () => {
    const canary = await startCanary('127.0.0.1');
    const registry = await startHostile({ HEAD: challenged(`https://127.0.0.1:${canary.port}/token`) });
    expect(await seen(registry, { login })).toEqual({
      found: [
        `unconfirmed: registry-not-examined unconfirmed foreign-token-server other-server 127.0.0.1:${canary.port}`,
      ],
      asked: ['HEAD manifests/1'],
    });
    expect(canary.contacts()).toBe(0);
  });

  test('of the registry itself gets it, and a refusal of it is told', async () => {
    const registry = await startHostile({
      'POST /token': says(401, {}, errorDocument('UNAUTHORIZED')),
      'GET /token': says(401, {}, errorDocument('UNAUTHORIZED')),
      HEAD: challenged('SELF/token'),
    });
    expect(await seen(registry, { login })).toEqual({
      found: ['unpullable: credentials-rejected certain'],
      asked: ['HEAD manifests/1', 'POST /token', token, 'GET /token'],
    });
    const presented = registry.requests.filter(
      ({ headers, body }) =>
        `${headers.authorization} ${body}`.includes(btoa('alice:a-secret-of-alice')) ||
        body.includes('a-secret-of-alice'),
    );
    expect(presented.map(({ method, url }) => `${method} ${url.split('?')[0]}`)).toEqual([
      'POST /token',
      'GET /token',
      'GET /token',
    ]);
  });

  test('that refuses a form may yet take the same password by GET', async () => {
    const registry = await startHostile({
      'POST /token': says(401, {}, errorDocument('UNAUTHORIZED')),
      'GET /token': says(200, {}, '{"token":"t"}'),
      'HEAD manifests': (response, request) =>
        (request.headers.authorization === 'Bearer t' ? says(200, held) : challenged('SELF/token'))(response, request),
    });
    const images = ['registry.example.com/team/app:1', 'registry.example.com/team/app:2'];
    const { found, asked } = await seen(registry, { login, images });
    expect(found).toEqual(['pullable:', 'pullable:']);
    expect(asked.slice(0, 3)).toEqual(['HEAD manifests/1', 'POST /token', token]);
    expect(asked.slice(3).toSorted()).toEqual(['HEAD manifests/1', 'HEAD manifests/2']);
  });
});

/** Challenges nobody; who brings something is answered by these in turn, and by the last one from then on. */
function toAlice(challenge: Behaviour, ...answers: readonly [Behaviour, ...Behaviour[]]): Behaviour {
  const left = [...answers];
  return (response, request) => {
    const isAlice = request.headers.authorization !== undefined;
    const behave = (isAlice ? left[0] : undefined) ?? challenge;
    if (isAlice && left.length > 1) left.shift();
    behave(response, request);
  };
}

describe('a refusal of somebody whose login was taken', () => {
  const alice = { username: 'alice', password: 'a-secret-of-alice' };
  const firewall = "client with IP '1.2.3.4' is not allowed access";
  const rejected = 'unpullable: credentials-rejected certain';
  const basic = says(401, { 'www-authenticate': 'Basic realm="r"' });
  const issued = { 'POST /token': says(200, {}, '{"access_token":"t"}') };

  test.each<readonly [string, string, string]>([
    ['which blames our address', firewall, vantage(403)],
    ['which does not', errorDocument('DENIED'), rejected],
  ])('403 to Basic: the second look brings the text, %s', async (_name, text, found) => {
    const registry = await startHostile({ '': toAlice(basic, says(403, {}, text)) });
    expect(await seen(registry, { login: alice })).toEqual({
      found: [found],
      asked: ['HEAD manifests/1', 'HEAD manifests/1', 'GET manifests/1', 'GET manifests/1'],
    });
  });

  test.each<readonly [number, string, string]>([
    [403, firewall, vantage(403)],
    [401, firewall, vantage(401)],
    [403, errorDocument('DENIED'), rejected],
    [401, '', rejected],
  ])('%i to a token: the second look brings the text %j', async (status, text, found) => {
    const refusal = status === 403 ? says(403, {}, text) : challenged('SELF/token', text);
    const registry = await startHostile({ ...issued, '': toAlice(challenged('SELF/token'), refusal) });
    expect(await seen(registry, { login: alice })).toEqual({
      found: [found],
      asked: [
        'HEAD manifests/1',
        'POST /token',
        'HEAD manifests/1',
        'GET manifests/1',
        'POST /token',
        // A 401 without `error` is repeated as often as containerd does.
        ...Array.from({ length: status === 401 ? 4 : 1 }, () => 'GET manifests/1'),
      ],
    });
  });

  // containerd repeats a 401 without `error` at once, four or five times, so that nodes would pull.
  test('401 once, to a token that is taken from then on, is none', async () => {
    const challenge = challenged('SELF/token');
    const behave = toAlice(challenge, challenge, says(200, held, index));
    const registry = await startHostile({ ...issued, '': behave });
    expect(await seen(registry, { login: alice })).toEqual({
      found: ['pullable:'],
      asked: [
        'HEAD manifests/1',
        'POST /token',
        'HEAD manifests/1',
        'GET manifests/1',
        'POST /token',
        'GET manifests/1',
        'HEAD manifests/1',
      ],
    });
  });

  test('401 to Basic rejects the password, which is not sent again', async () => {
    const registry = await startHostile({ '': basic });
    expect(await seen(registry, { login: alice })).toEqual({
      found: [rejected],
      asked: ['HEAD manifests/1', 'HEAD manifests/1', 'GET /v2/'],
    });
  });
});

describe('over TLS', () => {
  test.each([
    ['nobody trusts', { names: ['127.0.0.1'] }],
    ['is for another host', { names: ['other.example.com'] }],
    ['is over', { names: ['127.0.0.1'], expired: true }],
  ])('a certificate that %s', async (_name, options) => {
    const authority = await makeAuthority('nobody');
    const { certificate, privateKey } = await authority.issue(options);
    const registry = await startHostile({ HEAD: says(200, held) }, { cert: certificate, key: privateKey });
    expect(await seen(registry)).toEqual({ found: ['unconfirmed: registry-unreachable unconfirmed tls'], asked: [] });
  });

  test('plain HTTP', async () => {
    const registry = await startHostile({ HEAD: says(200, held) });
    const found = await seen({ ...registry, url: registry.url.replace('http:', 'https:') });
    expect(found).toEqual({ found: ['unconfirmed: registry-unreachable unconfirmed plain-http'], asked: [] });
  });
});
