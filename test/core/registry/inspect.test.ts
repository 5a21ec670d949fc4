import { describe, expect, test } from 'vitest';
import { wanted, wantedKey } from '../../../src/core/content/content.ts';
import type { Credential } from '../../../src/core/credential/credential.ts';
import { secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';
import { parseReference } from '../../../src/core/image/reference.ts';
import type { Answer, Exchange } from '../../../src/core/registry/exchange.ts';
import { type Inquiry, inspect, type Viewer } from '../../../src/core/registry/inspect.ts';
import {
  buildImage,
  buildIndex,
  buildMultiPlatform,
  documentOf,
  type Image,
} from '../../../tools/embedded-registry/image.ts';
import { headersOf, lineOf, play } from '../../support/dialogues.ts';
import { aFailure, anEndpoint, aResponse } from '../../support/exchanges.ts';
import { registryHolding } from '../../support/registry-answers.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const onAmd64: Viewer = { platform: amd64, puller: { generation: '2.4', path: 'transfer' } };
const onArm64: Viewer = { platform: arm64, puller: { generation: '2.4', path: 'transfer' } };
const image = buildImage(amd64, 'amd64');
const index = buildMultiPlatform([amd64, arm64], 'both');

function referenceTo(text: string): Inquiry['reference'] {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.reference;
}

function aCredential(username: string, password: string): Credential {
  const origin = { source: 'secret', name: username, key: 'registry.example.com' } as const;
  return { username: secretBytesOf(username), password: secretBytesOf(password), origin };
}

/** Requests with `…/v2/team/app/` left out, and digests by the names that the test gives them. */
function inspecting(
  part: Partial<Inquiry>,
  answer: (exchange: Exchange) => Answer,
  names: Readonly<Record<string, string>> = {},
) {
  const { value, asked, rounds } = play(
    inspect({
      reference: referenceTo('registry.example.com/team/app:1'),
      endpoints: [anEndpoint('https://registry.example.com')],
      credentials: [],
      examiner: [],
      depth: 'platform',
      viewers: [onAmd64],
      tokenObjection: () => undefined,
      ...part,
    }),
    answer,
  );
  const lines = asked.map((exchange) => {
    let line = lineOf(exchange).replace('https://registry.example.com/v2/team/app/', '');
    for (const [name, digest] of Object.entries(names)) line = line.replaceAll(digest, name);
    return line;
  });
  return { ...value, last: value.attempts.at(-1), lines, rounds };
}

/** Names for what is in a two-platform index. */
function namesIn({ digest, children }: typeof index): Readonly<Record<string, string>> {
  const parts = children.flatMap((child, number) => [
    [`manifest${number}`, child.digest],
    [`config${number}`, child.blobs[0]?.digest ?? ''],
    [`layer${number}`, child.blobs[1]?.digest ?? ''],
  ]);
  return { index: digest, ...Object.fromEntries(parts) };
}

/** Allows 100 requests. */
function limited(remaining: number, held: Image = index): (exchange: Exchange) => Answer {
  return registryHolding(
    { '1': held },
    { headers: { 'ratelimit-limit': '100', 'ratelimit-remaining': `${remaining}` } },
  );
}

function sentPasswords(lines: readonly string[]): number {
  return lines.filter((line) => line.startsWith('POST')).length;
}

function hostsIn(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (line.includes('mirror.test') ? 'mirror' : 'registry'));
}

function hashOf(json: string): `sha256:${string}` {
  return documentOf('', JSON.parse(json) as object).digest as `sha256:${string}`;
}

/** Bytes that are served as this type and under this digest. */
const page = (bytes: string, digest: string, type: string) => (exchange: Exchange) => {
  const { method, digestAlgorithm } = exchange;
  const headers = headersOf({
    'content-type': type,
    'content-length': `${bytes.length}`,
    'docker-content-digest': digest,
  });
  const answer = aResponse(200, { headers, text: method === 'HEAD' ? '' : bytes });
  return digestAlgorithm === undefined || method === 'HEAD' ? answer : { ...answer, bodyDigest: hashOf(bytes) };
};

describe('an endpoint with a repository of its own', () => {
  const endpoint = anEndpoint('https://mirror.test', { repository: 'hub/team/app', ns: 'registry.example.com' });
  const endpoints = [endpoint, anEndpoint('https://registry.example.com')];

  test('is asked for that one, with a token for it, and the next for that of the reference', () => {
    const challenged = headersOf({ 'www-authenticate': 'Bearer realm="https://mirror.test/token"' });
    const { lines } = inspecting({ endpoints }, ({ url }) =>
      url.startsWith('https://mirror.test/v2/') ? aResponse(401, { headers: challenged }) : aResponse(500),
    );

    expect(lines.slice(0, 2)).toEqual([
      'HEAD https://mirror.test/v2/hub/team/app/manifests/1?ns=registry.example.com',
      'GET https://mirror.test/token?scope=repository%3Ahub%2Fteam%2Fapp%3Apull',
    ]);
    expect(lines.at(-1)).toBe('HEAD manifests/1');
  });
});

describe('depth', () => {
  const registry = registryHolding({ '1': index });
  const names = namesIn(index);

  test('resolve: HEAD alone', () => {
    const { last, lines } = inspecting({ depth: 'resolve' }, registry, names);
    expect(lines).toEqual(['HEAD manifests/1']);
    expect(last?.sightings).toEqual([{ host: 'registry.example.com', saw: { kind: 'manifest' } }]);
    expect(last?.found).toMatchObject({
      host: 'registry.example.com',
      root: { digest: index.digest },
      isVerified: false,
    });
    expect(last?.found?.contents.size).toBe(0);
  });

  test('platform: also the index, the chosen manifest and its config', () => {
    const { lines } = inspecting({}, registry, names);
    expect(lines).toEqual(['HEAD manifests/1', 'GET manifests/index', 'GET manifests/manifest0', 'GET blobs/config0']);
  });

  test('full: also whether each layer is there', () => {
    const { lines } = inspecting({ depth: 'full' }, registry, names);
    expect(lines.slice(4)).toEqual(['HEAD blobs/layer0']);
  });

  test('platform without anybody to choose for: HEAD alone', () => {
    expect(inspecting({ viewers: [] }, registry, names).lines).toEqual(['HEAD manifests/1']);
  });

  test('platform: the index is not read again where HEAD is not allowed, and GET brought it', () => {
    const { lines } = inspecting(
      {},
      (exchange) => (exchange.method === 'HEAD' ? aResponse(405) : registry(exchange)),
      names,
    );
    expect(lines).toEqual(['HEAD manifests/1', 'GET manifests/1', 'GET manifests/manifest0', 'GET blobs/config0']);
  });

  test('of a single manifest there is no index to read', () => {
    const { lines } = inspecting({}, registryHolding({ '1': image }), {
      image: image.digest,
      config: image.blobs[0]?.digest ?? '',
    });
    expect(lines).toEqual(['HEAD manifests/1', 'GET manifests/image', 'GET blobs/config']);
  });
});

describe('several kinds of nodes', () => {
  test('have in common what they read, and read side by side what they do not', () => {
    const viewers = [onAmd64, onArm64, onAmd64];
    const { lines, rounds } = inspecting({ viewers }, registryHolding({ '1': index }), namesIn(index));
    expect(lines).toEqual([
      'HEAD manifests/1',
      'GET manifests/index',
      'GET manifests/manifest0',
      'GET manifests/manifest1',
      'GET blobs/config0',
      'GET blobs/config1',
    ]);
    expect(rounds).toBe(4);
  });

  test('that find nothing for them in an index read nothing more', () => {
    const onRiscv: Viewer = { ...onAmd64, platform: { os: 'linux', architecture: 'riscv64' } };
    const { lines } = inspecting({ viewers: [onRiscv] }, registryHolding({ '1': index }), namesIn(index));
    expect(lines).toEqual(['HEAD manifests/1', 'GET manifests/index']);
  });
});

test('what is missing is looked at twice, and known to be absent', () => {
  const [child] = index.children;
  const digest = child?.digest ?? '';
  const { lines, last } = inspecting({}, registryHolding({ '1': index }, { missing: [digest] }), namesIn(index));
  expect(lines.slice(2)).toEqual(['GET manifests/manifest0', 'GET manifests/manifest0 again']);
  const descriptor = { mediaType: child?.mediaType ?? '', digest, size: child?.size ?? 0, hasUrls: false };
  expect(last?.found?.contents.get(wantedKey(wanted(descriptor, 'manifest')))).toEqual({ kind: 'absent' });
});

test('a manifest that came with the resolution is not read again', () => {
  const registry = registryHolding({ '1': image });
  const { lines } = inspecting({}, (exchange) => (exchange.method === 'HEAD' ? aResponse(405) : registry(exchange)), {
    config: image.blobs[0]?.digest ?? '',
  });
  expect(lines).toEqual(['HEAD manifests/1', 'GET manifests/1', 'GET blobs/config']);
});

describe('a registry that allows few more requests', () => {
  const names = namesIn(index);
  const spared = aFailure('spared');
  const left = { limit: 100, remaining: 24 };

  /** Dispensable requests are not sent, but for so many. */
  function sparing(sent: number, remaining = 25, held: Image = index) {
    const registry = limited(remaining, held);
    let asked = 0;
    return (exchange: Exchange): Answer => {
      asked += exchange.isDispensable ? 1 : 0;
      return exchange.isDispensable && asked > sent
        ? { ...spared, spared: { rateLimit: left, why: 'few-left' } }
        : registry(exchange);
    };
  }

  test.each([
    ['platform', 0, ['GET manifests/index']],
    ['platform', 1, ['GET manifests/index', 'HEAD manifests/manifest0']],
    ['full', 0, ['GET manifests/index']],
  ] as const)('is asked for nothing more once it said so (%s, %i sent)', (depth, sent, tried) => {
    const { lines, last } = inspecting({ depth }, sparing(sent), names);
    expect(lines).toEqual(['HEAD manifests/1', ...tried]);
    expect(last?.found).toMatchObject({ rateLimit: left, spared: 'few-left' });
    expect(last?.found?.contents.size).toBe(sent);
  });

  test('is spared the layers, too', () => {
    const { lines, last } = inspecting({ depth: 'full' }, sparing(2, 25, image));
    expect(lines.slice(1).map((line) => line.split('/')[0])).toEqual(['GET manifests', 'GET blobs', 'HEAD blobs']);
    expect(last?.found).toMatchObject({ rateLimit: left, spared: 'few-left' });
  });

  test('is spared a second look at what is missing', () => {
    const missing = index.children[0]?.digest ?? '';
    const registry = registryHolding({ '1': index }, { missing: [missing] });
    const { lines, last } = inspecting(
      {},
      (exchange) =>
        exchange.secondLook === undefined
          ? registry(exchange)
          : { ...spared, spared: { rateLimit: left, why: 'few-left' } },
      names,
    );
    expect(lines.slice(2)).toEqual(['GET manifests/manifest0', 'GET manifests/manifest0 again']);
    expect(last?.found).toMatchObject({ rateLimit: left, spared: 'few-left' });
  });

  test('is not asked by another way either', () => {
    const endpoints = ['https://mirror.test', 'https://registry.example.com'].map((origin) => anEndpoint(origin));
    const { lines } = inspecting({ endpoints }, sparing(0));
    expect(hostsIn(lines)).toEqual(['mirror', 'mirror']);
  });

  test('was asked for all, and said how little is left of it', () => {
    const { lines, last } = inspecting({}, limited(24), names);
    expect(lines).toEqual(['HEAD manifests/1', 'GET manifests/index', 'HEAD manifests/manifest0']);
    expect(last?.found).toMatchObject({ rateLimit: left });
    expect(last?.found).not.toHaveProperty('spared');
  });

  test('of what it was seen to hold and of what it misses, the latter is known', () => {
    const child = index.children[0];
    if (child === undefined) throw new Error('no child');
    const root = wantedKey(wanted({ ...index, mediaType: index.mediaType, size: 0, hasUrls: false }, 'index'));
    const manifest = wantedKey(wanted({ ...child, size: 0, hasUrls: false }, 'manifest'));
    expect([...(inspecting({}, limited(24)).last?.found?.contents.keys() ?? [])]).toEqual([root]);
    const missing = registryHolding(
      { '1': index },
      { missing: [child.digest], headers: { 'ratelimit-limit': '100', 'ratelimit-remaining': '24' } },
    );
    expect(inspecting({}, missing).last?.found?.contents.get(manifest)).toEqual({ kind: 'absent' });
  });

  test('had nothing to be spared', () => {
    expect(inspecting({ depth: 'resolve' }, sparing(0, 0)).last?.found).toMatchObject({
      rateLimit: { limit: 100, remaining: 0 },
    });
  });

  test('is asked all the same for what is no manifest by its type', () => {
    const { sent } = dispensable('text/plain');
    expect(sent).toEqual([false, false]);
  });

  test('need not be asked for anything but the first answer', () => {
    const { sent } = dispensable(index.mediaType);
    expect(sent).toEqual([false, true]);
  });

  /** Which of the requests for an image of this type could be done without. */
  function dispensable(type: string) {
    const sent: boolean[] = [];
    const { bytes, digest } = index;
    const answer = page(bytes.toString(), digest, type);
    inspecting({ viewers: [{ ...onAmd64, platform: { os: 'linux', architecture: 'riscv64' } }] }, (exchange) => {
      sent.push(exchange.isDispensable === true);
      return answer(exchange);
    });
    return { sent };
  }
});

describe('credentials', () => {
  const bearer = 'Bearer realm="https://registry.example.com/token"';
  const challenge = aResponse(401, { headers: headersOf({ 'www-authenticate': bearer }) });
  const [alice, bob, carol] = [aCredential('alice', 'a'), aCredential('bob', 'b'), aCredential('carol', 'c')];

  /** A token server of which these users are known, and a registry that lets in who has a token of theirs. */
  function registryOf(users: readonly string[]): (exchange: Exchange) => Answer {
    const content = registryHolding({ '1': image });
    return (exchange) => {
      const { purpose, body, headers } = exchange;
      if (purpose === 'token') {
        const user = new URLSearchParams(body).get('username') ?? '';
        return users.includes(user) ? aResponse(200, { text: `{"access_token":"${user}"}` }) : aResponse(403);
      }
      return users.includes(headers.authorization?.replace('Bearer ', '') ?? '') ? content(exchange) : challenge;
    };
  }

  test('are tried in the order of the kubelet, each from the beginning, until one is let in', () => {
    const { attempts, lines } = inspecting(
      { credentials: [alice, bob, carol], depth: 'resolve' },
      registryOf(['bob', 'carol']),
    );
    expect(attempts.map(({ credential, found }) => [credential, found !== undefined])).toEqual([
      [alice, false],
      [bob, true],
    ]);
    expect(lines).toEqual([
      'HEAD manifests/1',
      'POST https://registry.example.com/token',
      `GET https://registry.example.com/token Basic ${btoa('alice:a')}`,
      'HEAD manifests/1',
      'POST https://registry.example.com/token',
      'HEAD manifests/1 Bearer bob',
    ]);
  });

  test('are all tried, and nobody is not at the end', () => {
    const { attempts, lines } = inspecting({ credentials: [alice, bob, carol] }, registryOf([]));
    expect(attempts.map(({ credential }) => credential)).toEqual([alice, bob, carol]);
    expect(attempts.map(({ sightings }) => sightings[0]?.saw)).toEqual(
      Array.from({ length: 3 }, () => expect.objectContaining({ kind: 'refused', presentedPassword: true })),
    );
    expect(sentPasswords(lines)).toBe(3);
    // Each is checked by itself.
    expect(lines.filter((line) => line.startsWith('GET'))).toEqual(
      ['alice:a', 'bob:b', 'carol:c'].map((login) => `GET https://registry.example.com/token Basic ${btoa(login)}`),
    );
  });

  test('that do not help against a 404 are tried all the same', () => {
    const { attempts } = inspecting({ credentials: [alice, bob] }, registryHolding({}));
    expect(attempts.map(({ credential }) => credential)).toEqual([alice, bob]);
  });

  test('are not sent to who does not ask', () => {
    const { attempts, lines } = inspecting(
      { credentials: [alice, bob], depth: 'resolve' },
      registryHolding({ '1': image }),
    );
    expect(lines).toEqual(['HEAD manifests/1']);
    expect(attempts.map(({ credential }) => credential)).toEqual([alice]);
  });

  test('of which 16 are refused were all tried', () => {
    const credentials = Array.from({ length: 16 }, (_, number) => aCredential(`user${number}`, 'p'));
    const { attempts } = inspecting({ credentials }, registryOf([]));
    expect(attempts.map(({ sightings }) => sightings.map(({ saw }) => saw.kind))).toEqual(
      Array.from({ length: 16 }, () => ['refused']),
    );
  });

  test('that are too many are not told of the registry where a mirror alone is asked', () => {
    const credentials = Array.from({ length: 17 }, (_, number) => aCredential(`user${number}`, 'p'));
    const endpoints = [anEndpoint('https://mirror.test')];
    expect(inspecting({ credentials, endpoints }, () => aResponse(500)).last?.sightings).toEqual([
      { host: 'mirror.test', saw: { kind: 'not-asked', why: 'credential-limit' } },
    ]);
  });

  test('are 16 for one image at most, and nothing is proven beyond', () => {
    const credentials = Array.from({ length: 17 }, (_, number) => aCredential(`user${number}`, 'p'));
    const { attempts, lines } = inspecting({ credentials }, registryOf(['user16']));
    expect(sentPasswords(lines)).toBe(16);
    expect(attempts).toHaveLength(17);
    expect(attempts.at(-1)).toEqual({
      sightings: [{ host: 'registry.example.com', saw: { kind: 'not-asked', why: 'credential-limit' } }],
    });
  });

  test('of which the sixteenth is taken are as many as there may be', () => {
    const credentials = Array.from({ length: 17 }, (_, number) => aCredential(`user${number}`, 'p'));
    expect(inspecting({ credentials }, registryOf(['user15'])).attempts).toHaveLength(16);
  });

  test('of none there is one attempt, by nobody', () => {
    const { attempts } = inspecting({ credentials: [] }, registryOf([]));
    expect(attempts).toHaveLength(1);
    expect(attempts[0]).not.toHaveProperty('credential');
  });

  test('of an examiner are tried where all others are refused, and kept apart', () => {
    const { attempts, examined } = inspecting({ credentials: [alice], examiner: [bob, carol] }, registryOf(['carol']));
    expect(attempts.map(({ credential }) => credential)).toEqual([alice]);
    expect(examined?.map(({ credential, found }) => [credential, found !== undefined])).toEqual([
      [bob, false],
      [carol, true],
    ]);
  });

  test.each<[string, (exchange: Exchange) => Answer]>([
    ['who is let in', registryOf(['alice'])],
    ['who is told that there is nothing', registryHolding({})],
    ['a registry that fails', () => aResponse(500)],
  ])('of an examiner are not tried after %s', (_, answer) => {
    expect(inspecting({ credentials: [alice], examiner: [bob] }, answer)).not.toHaveProperty('examined');
  });

  test('without a user are nobody to the token server', () => {
    const { attempts, lines } = inspecting({ credentials: [aCredential('', 'p')] }, registryOf([]));
    expect(sentPasswords(lines)).toBe(0);
    expect(attempts[0]?.sightings[0]?.saw).toMatchObject({
      kind: 'refused',
      presentedPassword: false,
      secondLook: 'refused-too',
    });
  });

  test('are asked about with the realm, the endpoint, and whether a password would go there', () => {
    const questions: unknown[] = [];
    const tokenObjection: Inquiry['tokenObjection'] = ({ url }, { host }, withPassword) => {
      questions.push([url, host, withPassword]);
      return 'other-server';
    };
    const { attempts } = inspecting({ credentials: [alice, aCredential('bob', '')], tokenObjection }, registryOf([]));
    const url = 'https://registry.example.com/token';
    expect(questions).toEqual([
      [url, 'registry.example.com', true],
      [url, 'registry.example.com', false],
    ]);
    expect(attempts[0]?.sightings[0]?.saw).toEqual({
      kind: 'not-asked',
      why: 'foreign-token-server',
      tokenServer: 'registry.example.com',
      objection: 'other-server',
    });
  });
});

test('the product is the one that any endpoint named', () => {
  const endpoints = ['https://mirror.test', 'https://registry.example.com'].map((origin) => anEndpoint(origin));
  const registry = registryHolding({ '1': index }, { headers: { 'x-jfrog-version': 'Artifactory/7' } });
  const { last } = inspecting({ endpoints }, (exchange) =>
    exchange.url.startsWith('https://mirror.test') ? aResponse(500) : registry(exchange),
  );
  expect(last?.found).toMatchObject({ product: 'Artifactory' });
  expect(inspecting({}, registryHolding({ '1': index })).last?.found).not.toHaveProperty('product');
});

describe('endpoints', () => {
  const mirror = anEndpoint('https://mirror.test', { ns: 'registry.example.com' });
  const registry = anEndpoint('https://registry.example.com');
  const content = registryHolding({ '1': image });

  test('are asked in their order until one resolves', () => {
    const { last, lines } = inspecting({ endpoints: [mirror, registry], depth: 'resolve' }, (exchange) =>
      exchange.url.includes('mirror') ? aResponse(500) : content(exchange),
    );
    expect(hostsIn(lines)).toEqual(['mirror', 'registry']);
    expect(last?.sightings).toEqual([
      { host: 'mirror.test', saw: { kind: 'useless', what: { kind: 'status', status: 500 } } },
      { host: 'registry.example.com', saw: { kind: 'manifest' } },
    ]);
  });

  test('after the first that resolved are not asked', () => {
    const { last, lines } = inspecting({ endpoints: [mirror, registry], depth: 'resolve' }, content);
    expect(hostsIn(lines)).toEqual(['mirror']);
    expect(last?.found?.host).toBe('mirror.test');
  });

  test('that resolved late do not keep the earlier ones from being asked for content', () => {
    const [config] = image.blobs;
    const { lines } = inspecting({ endpoints: [mirror, registry] }, (exchange) =>
      exchange.url.includes('mirror') ? aResponse(500) : content(exchange),
    );
    expect(
      lines.map((line) => line.replaceAll(image.digest, 'image').replaceAll(config?.digest ?? '', 'config')),
    ).toEqual([
      'HEAD https://mirror.test/v2/team/app/manifests/1?ns=registry.example.com',
      'HEAD manifests/1',
      'GET https://mirror.test/v2/team/app/manifests/image?ns=registry.example.com',
      'GET manifests/image',
      'GET https://mirror.test/v2/team/app/blobs/config?ns=registry.example.com',
      'GET blobs/config',
    ]);
  });

  test.each<[string, string, readonly string[]]>([
    ['a tag', 'registry.example.com/team/app:1', ['registry']],
    ['a digest', `registry.example.com/team/app@${image.digest}`, ['mirror']],
  ])('that are only pulled from: %s', (_name, text, asked) => {
    const endpoints = [{ ...mirror, capabilities: ['pull'] as const }, registry];
    const { lines } = inspecting({ reference: referenceTo(text), endpoints, depth: 'resolve' }, content);
    expect(hostsIn(lines)).toEqual(asked);
  });

  test('that only resolve are not asked at all', () => {
    const endpoints = [{ ...mirror, capabilities: ['resolve'] as const }, registry];
    expect(hostsIn(inspecting({ endpoints }, content).lines)).toEqual(['registry', 'registry', 'registry']);
  });

  test('may all be unfit', () => {
    const { attempts, lines } = inspecting({ endpoints: [{ ...mirror, capabilities: ['push'] as const }] }, content);
    expect(lines).toEqual([]);
    expect(attempts).toEqual([{ sightings: [] }]);
  });
});

describe('what is no manifest by its type', () => {
  const bytes = '{"page":true}';

  test('is read, and is a web page where its bytes are others than those that were named', () => {
    const { last, lines } = inspecting({ depth: 'resolve' }, page(bytes, `sha256:${'0'.repeat(64)}`, 'text/html'));
    expect(lines).toEqual(['HEAD manifests/1', 'GET manifests/1']);
    expect(last?.sightings[0]?.saw).toEqual({ kind: 'useless', what: { kind: 'no-manifest', mediaType: 'text/html' } });
  });

  test.each([
    [299, 'manifest'],
    [300, 'useless'],
  ])('is read from an answer with %i: %s', (status, kind) => {
    const answer = page(bytes, hashOf(bytes), 'application/json');
    const { last } = inspecting({ depth: 'resolve' }, (exchange) =>
      exchange.method === 'HEAD' ? answer(exchange) : { ...answer(exchange), status },
    );
    expect(last?.sightings[0]?.saw.kind).toBe(kind);
  });

  test('is what the registry holds where they are the same', () => {
    const digest = hashOf(bytes);
    const { last, lines } = inspecting({ depth: 'resolve' }, page(bytes, digest, 'application/json'));
    expect(lines).toEqual(['HEAD manifests/1', 'GET manifests/1']);
    expect(last?.found).toMatchObject({ root: { mediaType: 'application/json', digest }, isVerified: true });
  });
});

test('an index in an index in an index is followed only so far', () => {
  let nested = buildIndex([[amd64, image]]);
  for (let level = 0; level < 40; level += 1) nested = buildIndex([[amd64, nested]]);
  const { lines } = inspecting({}, registryHolding({ '1': nested }));
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.length).toBeLessThanOrEqual(1 + 12);
});
