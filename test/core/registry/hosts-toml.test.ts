import { describe, expect, test } from 'vitest';
import type { Generation, Puller } from '../../../src/core/content/puller.ts';
import type { Endpoint } from '../../../src/core/registry/endpoint.ts';
import { hostDirectoriesOf } from '../../../src/core/registry/host-directory.ts';
import { type EndpointPlan, planEndpoints } from '../../../src/core/registry/hosts-toml.ts';
import type { FileTree } from '../../../src/core/registry/node-files.ts';
import { certificate, privateKey } from './pem-fixtures.ts';

const configPath = '/etc/containerd/certs.d';
const pull23: Puller = { path: 'local', generation: '2.3' };

function planWith(
  tree: Readonly<Record<string, string | Uint8Array>>,
  registry = 'quay.io',
  puller = pull23,
): EndpointPlan {
  const files = new Map<string, FileTree>([[configPath, new Map(Object.entries(tree))]]);
  return planEndpoints(registry, { configPath, files }, puller);
}

function endpointsOf(plan: EndpointPlan): readonly Endpoint[] {
  return plan.kind === 'endpoints' ? plan.endpoints : [];
}

/** What comes first for quay.io with this hosts.toml. */
function first(content: string | Uint8Array, generation: Generation): Endpoint | undefined {
  return endpointsOf(planWith({ 'quay.io/hosts.toml': content }, 'quay.io', { path: 'local', generation }))[0];
}

function hostsOf(plan: EndpointPlan): readonly string[] {
  return endpointsOf(plan).map(({ scheme, host, path }) => `${scheme}://${host}${path}`);
}

test.each([
  ['quay.io', ['quay.io', '_default']],
  ['quay.io:443', ['quay.io_443_', 'quay.io:443', '_default']],
  ['[::1]:5000', ['[::1]_5000_', '[::1]:5000', '_default']],
  ['[::1]', ['[:_1]_', '[::1]', '_default']],
  ['docker.io', ['docker.io', '_default']],
])('directories of %s', (registry, names) => {
  expect(hostDirectoriesOf(registry)).toEqual(names);
});

test('gives everything that a connection needs', () => {
  const text = [
    'server = "https://upstream.example.com"',
    'ca = "ca.crt"',
    '[host."http://mirror.example.com"]',
    'capabilities = ["pull"]',
    'skip_verify = true',
    'client = [["client.cert", "client.key"]]',
    '[host."http://mirror.example.com".header]',
    'authorization = "Basic x"',
  ].join('\n');
  const tree = { 'hosts.toml': text, 'ca.crt': certificate, 'client.cert': certificate, 'client.key': privateKey };
  const placed = Object.fromEntries(Object.entries(tree).map(([name, content]) => [`quay.io/${name}`, content]));

  expect(planWith(placed)).toEqual({
    kind: 'endpoints',
    endpoints: [
      {
        scheme: 'https',
        host: 'mirror.example.com',
        path: '/v2',
        capabilities: ['pull'],
        tls: { verifiesCertificate: false, clientCertificates: [{ certificates: certificate, privateKey }] },
        headers: [['authorization', ['Basic x']]],
        tokenHeaders: [['authorization', ['Basic x']]],
        httpFallback: true,
        ns: 'quay.io',
      },
      {
        scheme: 'https',
        host: 'upstream.example.com',
        path: '/v2',
        capabilities: ['pull', 'resolve', 'push', 'referrers'],
        tls: { verifiesCertificate: true, extraRoots: [certificate], clientCertificates: [] },
        headers: [],
        tokenHeaders: [],
        httpFallback: false,
        ns: 'quay.io',
      },
    ],
  });
});

describe('a list of directories', () => {
  const list = '/etc/containerd/certs.d:/etc/docker/certs.d';
  const mirror = '[host."https://mirror.io"]';
  const files = new Map<string, FileTree>([
    [
      '/etc/containerd/certs.d',
      new Map([
        ['quay.io/.keep', ''],
        ['_default/hosts.toml', '[host."https://default.io"]'],
      ]),
    ],
    [
      '/etc/docker/certs.d',
      new Map([
        ['quay.io/hosts.toml', mirror],
        ['gcr.io/hosts.toml', mirror],
      ]),
    ],
  ]);
  const hosts = (registry: string, path: Puller['path']) =>
    hostsOf(planEndpoints(registry, { configPath: list, files }, { path, generation: '2.3' }));

  test('is searched root by root on the local path', () => {
    expect(hosts('quay.io', 'local')).toEqual(['https://quay.io/v2']);
    expect(hosts('gcr.io', 'local')).toEqual(['https://default.io/v2', 'https://gcr.io/v2']);
  });

  test('is the name of one directory to the transfer service, which finds nothing', () => {
    expect(hosts('quay.io', 'transfer')).toEqual(['https://quay.io/v2']);
    expect(hosts('gcr.io', 'transfer')).toEqual(['https://gcr.io/v2']);
  });

  test('a single directory is the same to both', () => {
    for (const path of ['local', 'transfer'] as const)
      expect(hostsOf(planWith({ 'quay.io/hosts.toml': mirror }, 'quay.io', { path, generation: '2.1' }))).toEqual([
        'https://mirror.io/v2',
        'https://quay.io/v2',
      ]);
  });

  test('an empty root in it is passed over', () => {
    expect(hostsOf(planEndpoints('gcr.io', { configPath: '::/etc/docker/certs.d', files }, pull23))).toEqual([
      'https://mirror.io/v2',
      'https://gcr.io/v2',
    ]);
  });
});

describe('differences between generations', () => {
  test.each<[Generation, scheme: string, httpFallback: boolean]>([
    ['1.7', 'http', false],
    ['2.0', 'https', true],
    ['2.1', 'http', false],
    ['2.4', 'http', false],
  ])('a dial timeout on plain HTTP in %s: %s', (generation, scheme, httpFallback) => {
    expect(first('[host."http://m.io"]\ndial_timeout = "1s"', generation)).toMatchObject({ scheme, httpFallback });
  });

  test.each<[Generation, host: string]>([
    ['1.7', 'quay.io'],
    ['2.0', 'quay.io'],
    ['2.1', 'quay.io'],
    ['2.2', 'm.io'],
  ])('the capability referrers in %s leads to %s', (generation, host) => {
    expect(first('[host."https://m.io"]\ncapabilities = ["pull", "referrers"]', generation)?.host).toBe(host);
  });

  test.each<[Generation, number]>([
    ['1.7', 0],
    ['2.0', 0],
    ['2.1', 1],
    ['2.4', 1],
  ])('headers for the token server in %s: %i', (generation, count) => {
    expect(first('[host."https://m.io"]\nheader = {x = "1"}', generation)?.tokenHeaders).toHaveLength(count);
  });

  test.each<[Generation, host: string]>([
    ['1.7', 'm.io'],
    ['2.0', 'quay.io'],
  ])('bytes that are no UTF-8 in %s lead to %s', (generation, host) => {
    const bytes = Uint8Array.from([0x23, 0xff, 0x0a, ...new TextEncoder().encode('[host."https://m.io"]')]);

    expect(first(bytes, generation)?.host).toBe(host);
  });

  test.each<[Generation, host: string]>([
    ['1.7', 'm.io'],
    ['2.0', 'quay.io'],
  ])('a byte order mark in %s leads to %s', (generation, host) => {
    expect(first('\u{feff}[host."https://m.io"]', generation)?.host).toBe(host);
    expect(first(new TextEncoder().encode('\u{feff}[host."https://m.io"]'), generation)?.host).toBe(host);
  });
});

describe('where plain HTTP is written, and something is said about TLS', () => {
  test.each([
    ['[host."http://m.io:5000"]', 'http', false],
    ['[host."http://m.io:5000"]\nskip_verify = true', 'https', true],
    ['[host."http://m.io:5000"]\nskip_verify = false', 'https', true],
    ['[host."http://m.io:5000"]\nca = []', 'https', true],
    ['[host."http://m.io:5000"]\nca = "ca.crt"', 'https', true],
    ['[host."http://m.io:5000"]\nclient = []', 'http', false],
    ['[host."http://m.io:5000"]\nclient = [["ca.crt", "key.pem"]]', 'https', true],
    ['[host."http://m.io"]\nskip_verify = true', 'https', true],
    ['[host."http://m.io:80"]\nskip_verify = true', 'http', false],
    ['[host."https://m.io:5000"]\nskip_verify = true', 'https', false],
  ])('%s', (text, scheme, httpFallback) => {
    const plan = planWith({ 'quay.io/hosts.toml': text, 'quay.io/ca.crt': certificate, 'quay.io/key.pem': privateKey });

    expect(endpointsOf(plan)[0]).toMatchObject({ scheme, httpFallback });
  });
});

describe('what ends each pull', () => {
  test.each([
    [
      'a hosts.toml that is a directory',
      { 'quay.io/hosts.toml/x': '' },
      `read ${configPath}/quay.io/hosts.toml: is a directory`,
    ],
    ['a file in place of the directory', { 'quay.io': '' }, `open ${configPath}/quay.io/hosts.toml: not a directory`],
    [
      'a root of a mirror that is not there',
      { 'quay.io/hosts.toml': '[host.a]\n[host.b]\nca = "x"' },
      `unable to read CA cert "${configPath}/quay.io/x": open ${configPath}/quay.io/x: no such file or directory`,
    ],
    [
      'the certificate of a host that is only pushed to',
      { 'quay.io/hosts.toml': '[host.a]\ncapabilities = ["push"]\nclient = "x"', 'quay.io/x': '' },
      'failed to load X509 key pair: tls: failed to find any PEM data in certificate input',
    ],
    ['a broken *.crt', { 'quay.io/x.crt': '' }, `unable to load CA cert "${configPath}/quay.io/x.crt"`],
  ])('%s', (_name, tree, error) => {
    expect(planWith(tree)).toEqual({ kind: 'pull-fails', error });
  });
});

describe('what cannot be followed', () => {
  test('a file outside of what was read', () => {
    expect(planWith({ 'quay.io/hosts.toml': 'ca = "/etc/ssl/own.crt"' })).toEqual({
      kind: 'unknown',
      reason: '/etc/ssl/own.crt is not among the files that were read',
    });
  });

  test('a hosts.toml of a megabyte', () => {
    expect(planWith({ 'quay.io/hosts.toml': '#'.repeat(1_000_000) })).toEqual({
      kind: 'unknown',
      reason: `${configPath}/quay.io/hosts.toml is longer than 65536 bytes`,
    });
  });
});

describe('a hosts.toml that is not TOML', () => {
  test.each([
    ['text', 'nonsense'],
    ['deep nesting', `ca = ${'['.repeat(60_000)}`],
    ['bytes', Uint8Array.from([0xff, 0xfe, 0x00])],
    ['nothing', ''],
  ])('%s gives way to the certificates beside it', (_name, content) => {
    const plan = planWith({ 'quay.io/hosts.toml': content, 'quay.io/a.crt': certificate, 'quay.io/sub/b.crt': 'x' });

    expect(hostsOf(plan)).toEqual(['https://quay.io/v2']);
    expect(endpointsOf(plan)[0]?.tls.extraRoots).toEqual([certificate]);
  });

  test('the certificates beside a readable one do not count', () => {
    const plan = planWith({ 'quay.io/hosts.toml': '# nothing', 'quay.io/a.crt': certificate });

    expect(endpointsOf(plan)[0]?.tls.extraRoots).toBeUndefined();
  });
});

test('client certificates beside no hosts.toml have their keys in *.key, or with them', () => {
  const pair = { certificates: certificate, privateKey };
  const withKey = planWith({ 'quay.io/a.cert': certificate, 'quay.io/a.key': privateKey });
  const inOne = planWith({ 'quay.io/a.cert': certificate + privateKey, 'quay.io/b.key': 'x' });

  expect(endpointsOf(withKey)[0]?.tls.clientCertificates).toEqual([pair]);
  expect(endpointsOf(inOne)[0]?.tls.clientCertificates).toEqual([pair]);
});

test('tables named __proto__ are hosts and headers like any other', () => {
  const text = '[host.__proto__]\n[host.__proto__.header]\n__proto__ = "1"\n[__proto__]\nserver = "https://evil"';
  const [mirror, own] = endpointsOf(planWith({ 'quay.io/hosts.toml': text }));

  expect(mirror).toMatchObject({ host: '__proto__', headers: [['__proto__', ['1']]] });
  expect(own?.host).toBe('quay.io');
});

test.each([
  ['https://quay.io', undefined],
  ['https://quay.io:443', 'quay.io'],
  ['https://mirror.io', 'quay.io'],
])('a server of %s is told the namespace %s', (server, ns) => {
  expect(endpointsOf(planWith({ 'quay.io/hosts.toml': `server = "${server}"` }))[0]?.ns).toBe(ns);
});
