import { describe, expect, test } from 'vitest';
import type { Generation } from '../../../src/core/content/puller.ts';
import { defaultConfigPathOf, legacyEndpointOf } from '../../../src/core/registry/default-endpoint.ts';
import { planEndpoints } from '../../../src/core/registry/hosts-toml.ts';

const modes = {
  legacy: { configPath: '', path: 'local' },
  config_path: { configPath: '/etc/containerd/certs.d', path: 'local' },
  'transfer without config_path': { configPath: '', path: 'transfer' },
} as const;

function schemeOf(registry: string, mode: keyof typeof modes): string {
  const { configPath, path } = modes[mode];
  const plan = planEndpoints(registry, { configPath, files: new Map() }, { path, generation: '2.1' });
  const [endpoint] = plan.kind === 'endpoints' ? plan.endpoints : [];
  if (endpoint === undefined) return plan.kind;
  return [
    endpoint.scheme,
    ...(endpoint.tls.verifiesCertificate ? [] : ['unverified']),
    ...(endpoint.httpFallback ? ['or http'] : []),
  ].join(' ');
}

/** The table of pull-semantics 4.3. */
describe.each([
  ['quay.io', 'https', 'https'],
  ['10.0.0.5:5000', 'https', 'https'],
  ['registry.local', 'https', 'https'],
  ['registry.svc:80', 'https', 'https'],
  ['localhost', 'http unverified', 'https unverified'],
  ['127.9.9.9:443', 'http unverified', 'https unverified'],
  ['localhost:80', 'http unverified', 'http'],
  ['localhost:5000', 'http unverified', 'https unverified or http'],
  ['[::1]:5000', 'http unverified', 'https unverified or http'],
  ['[::1]', 'https', 'https'],
  ['LOCALHOST:5000', 'https', 'https'],
])('%s', (registry, legacy, otherwise) => {
  test.each([
    ['legacy', legacy],
    ['config_path', otherwise],
    ['transfer without config_path', otherwise],
  ] as const)('%s: %s', (mode, scheme) => {
    expect(schemeOf(registry, mode)).toBe(scheme);
  });
});

test('docker.io is registry-1.docker.io, and is not told so', () => {
  expect(legacyEndpointOf('docker.io', { path: 'local', generation: '2.3' })).toEqual({
    scheme: 'https',
    host: 'registry-1.docker.io',
    path: '/v2',
    capabilities: ['pull', 'resolve', 'referrers'],
    tls: { verifiesCertificate: true, clientCertificates: [] },
    headers: [],
    tokenHeaders: [],
    httpFallback: false,
  });
});

test.each<[Generation, string]>([
  ['1.7', ''],
  ['2.1', ''],
  ['2.2', '/etc/containerd/certs.d:/etc/docker/certs.d'],
  ['2.4', '/etc/containerd/certs.d:/etc/docker/certs.d'],
])('the config_path of %s is %s', (generation, configPath) => {
  expect(defaultConfigPathOf({ path: 'local', generation })).toBe(configPath);
});
