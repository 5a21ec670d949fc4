/** Registries that allow few requests, or none for a while, and what the webhook asks of them, says and counts. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import {
  type EmbeddedRegistry,
  type RegistrySettings,
  startRegistry,
} from '../../../tools/embedded-registry/registry.ts';
import { aNode, aPod } from '../../support/api-objects.ts';
import { type RunningServe, startServe } from '../../support/serve.ts';

const announcing = (remaining: number) => ({
  'ratelimit-limit': '100;w=21600',
  'ratelimit-remaining': `${remaining};w=21600`,
  'docker-ratelimit-source': '192.0.2.7',
});
const tooMany = (retryAfter: string): RegistrySettings => ({
  script: () => ({ status: 429, headers: { 'retry-after': retryAfter, ...announcing(0) } }),
});

const settings: Readonly<Record<string, RegistrySettings>> = {
  'roomy.test': { headersFor: () => announcing(76) },
  'scarce.test': { headersFor: () => announcing(24) },
  // Docker Hub announces with manifests, others with some answers only.
  'terse.test': { headersFor: ({ path }) => (path.includes('/shop/cart/') ? announcing(3) : {}) },
  'closed.test': tooMany('30'),
  'empty.test': { headersFor: () => ({ ...announcing(0), 'ratelimit-reset': '90' }) },
  'silent.test': {},
};

let registries: ReadonlyMap<string, EmbeddedRegistry>;
let serve: RunningServe;

beforeAll(async () => {
  const started = await Promise.all(
    Object.entries(settings).map(async ([host, its]) => [host, await startRegistry(its)] as const),
  );
  registries = new Map(started);
  for (const registry of registries.values())
    for (const repository of ['shop/cart', 'shop/web'])
      registry.push(repository, '1', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], repository));
  serve = await startServe({
    configuration: {
      assume: { nodeCredentials: 'none', facts: 'complete' },
      egress: { allow: ['127.0.0.1'] },
      findings: { 'rate-limit-low': 'warn' },
    },
    facts: [aNode()],
    registries: Object.fromEntries(started.map(([host, { url }]) => [host, url])),
  });
});

afterAll(async () => {
  await serve.end();
  await Promise.all([...registries.values()].map((registry) => registry.close()));
});

function registryOf(host: string): EmbeddedRegistry {
  const registry = registries.get(host);
  if (registry === undefined) throw new Error(`no registry ${host}`);
  return registry;
}

/** What the review of a Pod with this image says, and what it asks of the registry. */
async function reviewed(image: string) {
  const registry = registryOf(image.split('/', 1)[0] ?? '');
  registry.forgetAsked();
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const object = aPod({ images: [image] });
  const operation = 'CREATE';
  const response = await serve.review({ uid: 'u-1', kind, namespace: 'shop', name: 'web', operation, object });
  expect(response.allowed).toBe(true);
  return {
    warnings: response.warnings ?? [],
    asked: registry.asked.map(({ method, kind: what }) => `${method} ${what}`),
  };
}

/** Of the metrics, those lines that are about a registry, or whose name starts so. */
async function metricsAbout(text: string): Promise<readonly string[]> {
  const answer = await fetch(`${serve.opsUrl}/metrics`);
  const lines = (await answer.text()).split('\n');
  return lines.filter((line) => line.startsWith(text) || line.includes(`registry="${text}"`));
}

const all = ['HEAD manifest', 'GET manifest', 'GET manifest', 'GET blob'];

describe('a registry that announces what is left', () => {
  test('is asked for all while a quarter of it is left', async () => {
    expect(await reviewed('roomy.test/shop/cart:1')).toEqual({
      warnings: [],
      asked: ['HEAD manifest', 'GET manifest', 'HEAD manifest'],
    });
    const { host } = registryOf('roomy.test');
    expect(await metricsAbout(host)).toEqual([
      `pullgate_registry_requests_total{registry="${host}",method="HEAD",status="200"} 2`,
      `pullgate_registry_requests_total{registry="${host}",method="GET",status="200"} 1`,
      `pullgate_registry_up{registry="${host}"} 1`,
      `pullgate_registry_rate_limit_remaining{registry="${host}"} 76`,
    ]);
  });

  test('is asked for HEAD alone while less is left, which is said', async () => {
    for (const image of ['scarce.test/shop/cart:1', 'scarce.test/shop/web:1'])
      expect(await reviewed(image)).toEqual({
        warnings: [
          `${image}: scarce.test allows 24 more of 100 pulls, so pullgate did not read the image content [rate-limit-low]`,
        ],
        asked: ['HEAD manifest'],
      });
    const { host } = registryOf('scarce.test');
    expect(await metricsAbout(host)).toEqual([
      `pullgate_registry_requests_total{registry="${host}",method="HEAD",status="200"} 2`,
      `pullgate_registry_up{registry="${host}"} 1`,
      `pullgate_registry_rate_limit_remaining{registry="${host}"} 24`,
    ]);
  });

  test('is believed about the next image, of which it announces nothing', async () => {
    await reviewed('terse.test/shop/cart:1');
    expect(await reviewed('terse.test/shop/web:1')).toEqual({
      warnings: [
        'terse.test/shop/web:1: terse.test allows 3 more of 100 pulls, so pullgate did not read the image content [rate-limit-low]',
      ],
      asked: ['HEAD manifest'],
    });
  });
});

test('a registry that announces that nothing is left gets a HEAD, and what follows is said', async () => {
  for (const image of ['empty.test/shop/cart:1', 'empty.test/shop/web:1'])
    expect(await reviewed(image)).toEqual({
      warnings: [
        `could not confirm ${image}: empty.test announces that 0 of 100 pulls in 6 h are left, so the next pull gets 429 Too Many Requests (retry after 90 s) [rate-limited]`,
      ],
      asked: ['HEAD manifest'],
    });
});

describe('a registry that answers 429', () => {
  test('is not asked again before its Retry-After is over, for no image', async () => {
    const { warnings, asked } = await reviewed('closed.test/shop/cart:1');
    expect(warnings).toEqual([
      'could not confirm closed.test/shop/cart:1: closed.test answers 429 Too Many Requests (retry after 30 s) [rate-limited]',
    ]);
    expect(asked).toEqual(['HEAD manifest']);

    for (const image of ['closed.test/shop/cart:1', 'closed.test/shop/web:1', 'closed.test/shop/other:1'])
      expect(await reviewed(image)).toMatchObject({ asked: [], warnings: [expect.stringContaining('[rate-limited]')] });
    const { host } = registryOf('closed.test');
    expect(await metricsAbout(host)).toEqual([
      `pullgate_registry_requests_total{registry="${host}",method="HEAD",status="429"} 1`,
      `pullgate_registry_up{registry="${host}"} 1`,
      `pullgate_registry_rate_limit_remaining{registry="${host}"} 0`,
    ]);
  });
});

test('what was heard before is a hit, and what was not a miss', async () => {
  const lookups = async () => {
    const lines = await metricsAbout('pullgate_cache_lookups_total');
    return Object.fromEntries(lines.map((line) => [/"(\w+)"/.exec(line)?.[1], Number(line.split(' ')[1])]));
  };
  const { hit = 0, shared = 0, miss = 0 } = await lookups();

  expect(await reviewed('silent.test/shop/cart:1')).toEqual({ warnings: [], asked: all });
  expect(await lookups()).toEqual({ hit, shared, miss: miss + 4 });
  expect(await reviewed('silent.test/shop/cart:1')).toEqual({ warnings: [], asked: [] });
  expect(await lookups()).toEqual({ hit: hit + 1, shared, miss: miss + 4 });
  expect(await metricsAbout('pullgate_registry_rate_limit_remaining')).toHaveLength(5);
});
