import { describe, expect, test } from 'vitest';
import { parseReference } from '../../../src/core/image/reference.ts';
import type { Node } from '../../../src/core/node/node.ts';
import { candidatesOf } from '../../../src/core/pull/node-views.ts';
import { type HostsGiven, isSamePuller, type PlannedRoutes, routesOf } from '../../../src/core/pull/route.ts';
import { type RegistrySettings, registrySettingsOf } from '../../../src/core/pull/settings.ts';
import type { NodesSeen } from '../../../src/core/pull/world.ts';
import { compileGoPattern } from '../../../src/sources/node-files/go-pattern.ts';
import { aPod, aWorker, planSettings } from '../../support/judging.ts';

const configPath = '/etc/containerd/certs.d';

function hosts(tree: Readonly<Record<string, string>>, path = configPath): HostsGiven {
  return {
    configPath: path,
    files: new Map([[configPath, new Map(Object.entries(tree))]]),
    compilePattern: compileGoPattern,
  };
}

type Words = {
  readonly image?: string;
  readonly nodes?: readonly Node[];
  readonly own?: Partial<RegistrySettings>;
  readonly hosts?: HostsGiven;
};

function plan({ image = 'quay.io/team/app:1', nodes, own, hosts: given }: Words): PlannedRoutes {
  const parsed = parseReference(image);
  if (!parsed.ok) throw new Error(parsed.error);
  const seen: NodesSeen = nodes === undefined ? { kind: 'unknown' } : { kind: 'nodes', nodes };
  const candidates = candidatesOf(aPod(), { nodes: seen }, true);
  return routesOf(
    parsed.reference,
    candidates,
    { ...registrySettingsOf(parsed.reference.name, planSettings()), ...own },
    given,
  );
}

/** `1.7 local, 2.2 local via https://quay.io`, a route a line. */
function inShort(planned: PlannedRoutes): readonly string[] {
  if (planned.kind !== 'routes') return [planned.kind];
  return planned.routes.map(({ pullers, endpoints }) => {
    const ways = pullers.map(
      ({ generation, path, followsRewrites }) => `${generation} ${path}${followsRewrites ? ' of k3s' : ''}`,
    );
    const places = endpoints.map(
      ({ scheme, host, repository }) => `${scheme}://${host}${repository === undefined ? '' : `/${repository}`}`,
    );
    return `${ways.join(', ')} via ${places.join(', ')}`;
  });
}

const oldAndNew = [aWorker('a', { runtime: 'containerd://1.7.2' }), aWorker('b')];

describe('routes', () => {
  test('ways of pulling that ask the same endpoints are one', () => {
    const planned = plan({ nodes: oldAndNew });

    expect(inShort(planned)).toEqual(['1.7 local, 2.2 transfer, 2.2 local via https://quay.io']);
    expect(planned).toMatchObject({
      routes: [
        {
          viewers: [{ puller: { generation: '1.7' } }, { puller: { path: 'transfer' } }, { puller: { path: 'local' } }],
        },
      ],
    });
  });

  test('of a platform that comes twice each way is asked once', () => {
    const nodes = [aWorker('a'), aWorker('b', { kubelet: 'v1.34.0' }), aWorker('c', { architecture: 'arm64' })];
    const planned = plan({ nodes });

    expect(inShort(planned)).toEqual(['2.2 transfer, 2.2 local via https://quay.io']);
  });

  test('Docker Hub has another host', () => {
    expect(inShort(plan({ image: 'nginx', nodes: [aWorker('a', { runtime: 'containerd://1.7.2' })] }))).toEqual([
      '1.7 local via https://registry-1.docker.io',
    ]);
  });

  test('the newest containerd stands in for nodes that are not known, and nobody looks', () => {
    const planned = plan({});

    expect(inShort(planned)).toEqual(['2.4 transfer, 2.4 transfer of k3s via https://quay.io']);
    expect(planned).toMatchObject({ routes: [{ viewers: [] }] });
  });

  test('the files of the nodes are followed', () => {
    const tree = { 'quay.io/hosts.toml': '[host."https://mirror.example.com"]' };

    expect(inShort(plan({ nodes: [aWorker('a', { runtime: 'containerd://1.7.2' })], hosts: hosts(tree) }))).toEqual([
      '1.7 local via https://mirror.example.com, https://quay.io',
    ]);
  });

  test('part where one way reads the files otherwise than another', () => {
    const tree = { 'quay.io/hosts.toml': '[host."https://mirror.example.com"]' };

    expect(inShort(plan({ nodes: oldAndNew, hosts: hosts(tree, `${configPath}:/other`) }))).toEqual([
      '1.7 local, 2.2 local via https://mirror.example.com, https://quay.io',
      '2.2 transfer via https://quay.io',
    ]);
  });

  test('part where only one way may resolve tags at an endpoint', () => {
    // Only newer ones read members in any case.
    const tree = { 'quay.io/hosts.toml': '[host."https://mirror.example.com"]\nCapabilities = ["pull"]' };

    expect(plan({ nodes: oldAndNew, hosts: hosts(tree) })).toMatchObject({
      routes: [
        { pullers: [{ generation: '1.7' }], endpoints: [{ capabilities: ['pull', 'resolve', 'push'] }, {}] },
        { pullers: [{ generation: '2.2' }, { generation: '2.2' }], endpoints: [{ capabilities: ['pull'] }, {}] },
      ],
    });
  });

  test.each([
    ['files that fail every pull', { 'quay.io/x.crt': '' }, 'pull-fails'],
    ['files that lead elsewhere', { 'quay.io/hosts.toml': 'ca = "/elsewhere/ca.crt"' }, 'unknown'],
  ])('%s', (_name, tree, kind) => {
    expect(plan({ hosts: hosts(tree) }).kind).toBe(kind);
  });
});

describe('rewrites', () => {
  const mirror = '[host."https://mirror.example.com"]\n[host."https://mirror.example.com".rewrite]\n';
  const k3s = [aWorker('a', { runtime: 'containerd://1.7.27-k3s1' })];
  const rewriting = (table: string, nodes: readonly Node[] = k3s) =>
    plan({ nodes, hosts: hosts({ 'quay.io/hosts.toml': `${mirror}${table}` }) });

  test.each([
    ['of the whole path', '"^(.*)$" = "quay/$1"', '/quay/team/app'],
    ['of its beginning', '"^team/" = "mirrored/"', '/mirrored/app'],
    ['that do not fit', '"^library/" = "mirrored/"', ''],
    ['that change nothing', '"^team/" = "team/"', ''],
    ['of which one fits', '"^library/(.*)" = "hub/$1"\n"^team/(.*)" = "quay/$1"', '/quay/app'],
    ['of which one does not compile', '"(?=team)" = "x"\n"^team/(.*)" = "quay/$1"', '/quay/app'],
    ['that agree', '"^team/" = "quay/"\n"team" = "quay"', '/quay/app'],
    ['to the root', '".*/" = ""', '/app'],
  ])('%s', (_name, table, repository) => {
    expect(inShort(rewriting(table))).toEqual([
      `1.7 local of k3s via https://mirror.example.com${repository}, https://quay.io`,
    ]);
  });

  test.each([
    ['that disagree, of which Go takes one at random', '"^team/" = "one/"\n"^(.*)$" = "two/$1"'],
    ['that make a query of the path', '"^team/" = "x?y="'],
  ])('%s', (_name, table) => {
    expect(rewriting(table).kind).toBe('unknown');
  });

  test('of the registry itself', () => {
    const tree = { 'quay.io/hosts.toml': 'server = "https://quay.io"\n[rewrite]\n"^team/" = "moved/"\n' };

    expect(inShort(plan({ nodes: k3s, hosts: hosts(tree) }))).toEqual([
      '1.7 local of k3s via https://quay.io/moved/app',
    ]);
  });

  test('are followed by the containerd of k3s alone', () => {
    expect(
      inShort(rewriting('"^team/" = "quay/"', [...k3s, aWorker('b', { runtime: 'containerd://1.7.27' })])),
    ).toEqual([
      '1.7 local of k3s via https://mirror.example.com/quay/app, https://quay.io',
      '1.7 local via https://mirror.example.com, https://quay.io',
    ]);
  });

  test('may be followed where no node is known', () => {
    const tree = { 'quay.io/hosts.toml': `${mirror}"^team/" = "quay/"` };

    expect(inShort(plan({ hosts: hosts(tree) }))).toEqual([
      '2.4 transfer via https://mirror.example.com, https://quay.io',
      '2.4 transfer of k3s via https://mirror.example.com/quay/app, https://quay.io',
    ]);
  });

  test('with a value that is no text make the file unreadable, for k3s alone', () => {
    expect(inShort(rewriting('"^team/" = 1'))).toEqual(['1.7 local of k3s via https://quay.io']);
  });
});

describe("pullgate's own words", () => {
  test('plain HTTP', () => {
    expect(plan({ own: { plainHttp: true } })).toMatchObject({
      routes: [{ endpoints: [{ scheme: 'http', host: 'quay.io', httpFallback: false }] }],
    });
  });

  test('a certificate authority', () => {
    expect(plan({ own: { ca: 'PEM' } })).toMatchObject({
      routes: [{ endpoints: [{ scheme: 'https', tls: { extraRoots: ['PEM'], verifiesCertificate: true } }] }],
    });
  });

  test.each([
    ['of the registry', { 'quay.io/hosts.toml': 'server = "https://quay.io"' }],
    ['of all registries', { '_default/hosts.toml': '[host."https://mirror.example.com"]' }],
  ])('are not heard where the nodes have files %s', (_name, tree) => {
    const given = hosts(tree);

    expect(plan({ own: { plainHttp: true, ca: 'PEM' }, hosts: given })).toEqual(plan({ hosts: given }));
  });

  test('are heard where the files are about another registry', () => {
    expect(inShort(plan({ own: { plainHttp: true }, hosts: hosts({ 'gcr.io/hosts.toml': '' }) }))).toEqual([
      '2.4 transfer, 2.4 transfer of k3s via http://quay.io',
    ]);
  });
});

test.each([
  [{ generation: '2.2', path: 'local' }, true],
  [{ generation: '2.2', path: 'transfer' }, false],
  [{ generation: '2.3', path: 'local' }, false],
] as const)('%j', (other, isSame) => {
  expect(isSamePuller({ generation: '2.2', path: 'local' }, other)).toBe(isSame);
});
