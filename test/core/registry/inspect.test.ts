import { describe, expect, test } from 'vitest';
import { wanted, wantedKey } from '../../../src/core/content/content.ts';
import type { Viewer } from '../../../src/core/registry/inspect.ts';
import { buildIndex } from '../../../tools/embedded-registry/image.ts';
import { headersOf } from '../../support/dialogues.ts';
import { anEndpoint, aResponse } from '../../support/exchanges.ts';
import { registryHolding } from '../../support/registry-answers.ts';
import {
  amd64,
  hashOf,
  hostsIn,
  image,
  index,
  inspecting,
  namesIn,
  onAmd64,
  onArm64,
  page,
  referenceTo,
} from './inspect-dialogue.ts';

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
  const { lines, last } = inspecting({}, registryHolding({ '1': nested }));
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.length).toBeLessThanOrEqual(1 + 12);
  expect(
    [...(last?.found?.contents.values() ?? [])].filter(
      (content) => content.kind === 'read' && content.document.kind === 'too-large',
    ),
  ).toHaveLength(1);
});
