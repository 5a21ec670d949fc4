/** Through which endpoints a node pulls: containerd's hosts.toml tree, mirrors, transport. */
import type { SceneHost } from '../nodes/scene.ts';
import { alice, anImage, app, basic, holding, registryWith, token } from './images.ts';
import { type Finds, nothing, type Scenario } from './scenario.ts';

const unreachable = ['registry-unreachable unconfirmed'];
const way = 'nodes have a way of their own through the network';
const refuses: SceneHost = { kind: 'refuses' };

const mirrored = (mirror: SceneHost, upstream: SceneHost) => ({ 'mirror.test': mirror, 'registry.test': upstream });
const hostsToml = (text: string, directory = 'registry.test') => ({ [`${directory}/hosts.toml`]: text });
const server = "server = 'https://registry.test'\nca = 'ca.pem'\n";
const mirror = (more = '') => `${server}[host."https://mirror.test"]\nca = 'ca.pem'\n${more}`;

/** Nodes that show a mirror of which pullgate was not told more. */
const peer = 'nodes have a mirror that pullgate was not given';
const embeddedRegistry = { labels: { 'p2p.k3s.cattle.io/enabled': 'true' } };

const empty: SceneHost = { kind: 'registry' };
const failing = (status: number): SceneHost => ({ kind: 'registry', answers: [{ path: /manifests/, status }] });

type Mirrored = readonly [
  name: string,
  files: string,
  mirror: SceneHost,
  upstream: SceneHost,
  finds: Finds,
  rows: readonly string[],
  undecidable?: string,
];

const throughMirrors: readonly Mirrored[] = [
  ['a mirror that holds the image', mirror(), holding(anImage()), empty, nothing, ['A9']],
  ['a mirror that is away, and the registry', mirror(), refuses, holding(anImage()), nothing, ['A9']],
  ['a mirror that answers 404, and the registry', mirror(), empty, holding(anImage()), nothing, ['A9']],
  ['a mirror that answers 500, and the registry', mirror(), failing(500), holding(anImage()), nothing, ['A9']],
  ['a mirror that answers 403, and the registry', mirror(), failing(403), holding(anImage()), nothing, ['A9']],
  ['a mirror that answers 429, and the registry', mirror(), failing(429), holding(anImage()), nothing, ['A9']],
  [
    'a mirror that rejects the login of the registry',
    mirror(),
    holding(anImage(), { access: { kind: 'basic', username: 'other', password: 'other' } }),
    holding(anImage(), { access: basic }),
    nothing,
    ['B34'],
  ],
  ['neither the mirror nor the registry has the tag', mirror(), empty, empty, ['manifest-not-found certain'], ['A9']],
  [
    'the mirror is away, and the registry lacks the tag',
    mirror(),
    refuses,
    empty,
    ['registry-unreachable unconfirmed'],
    ['A9'],
    way,
  ],
  [
    'a mirror that may only be pushed to',
    mirror("capabilities = ['push']\n"),
    holding(anImage()),
    empty,
    ['manifest-not-found certain'],
    ['A9'],
  ],
  [
    'a mirror that may resolve, but not pull',
    mirror("capabilities = ['resolve']\n"),
    holding(anImage()),
    empty,
    ['manifest-not-found certain'],
    ['A9'],
  ],
  [
    'a mirror that may pull, but not resolve',
    mirror("capabilities = ['pull']\n"),
    holding(anImage()),
    empty,
    ['manifest-not-found certain'],
    ['A9'],
  ],
  [
    'a mirror over plain HTTP',
    `${server}[host."http://mirror.test"]\n`,
    holding(anImage(), { scheme: 'http' }),
    empty,
    nothing,
    ['A9', 'A10'],
  ],
  [
    'a mirror below a path, which replaces /v2',
    `${server}[host."https://mirror.test/v2/team/app-cache"]\nca = 'ca.pem'\noverride_path = true\n`,
    { kind: 'registry', repositories: { 'team/app-cache/team/app': { tags: { '1': anImage() } } } },
    empty,
    nothing,
    ['A9'],
  ],
  [
    'a mirror whose certificate nobody certifies',
    `${server}[host."https://mirror.test"]\n`,
    holding(anImage(), { certificate: 'unknown-authority' }),
    holding(anImage()),
    nothing,
    ['A9'],
  ],
  [
    'a mirror whose certificate is not looked at',
    `${server}[host."https://mirror.test"]\nskip_verify = true\n`,
    holding(anImage(), { certificate: 'unknown-authority' }),
    empty,
    nothing,
    ['A10'],
  ],
];

/** `registry.test` leads to a store for blobs, which answers 400 to whoever brings a login. */
function withStoreAt(place: string): Readonly<Record<string, SceneHost>> {
  const image = anImage();
  const answers = image.blobs.map(({ digest }) => ({
    path: new RegExp(`/blobs/${digest}$`),
    status: 307,
    headers: { location: `https://${place}/v2/team/app/blobs/${digest}` },
  }));
  return {
    'registry.test': holding(image, { access: token, answers }),
    [place]: holding(image, { answers: [{ path: /blobs/, authorization: /./, status: 400 }] }),
  };
}

export const hostScenes: readonly Scenario[] = [
  {
    name: 'a store for blobs at another host, which takes no login',
    image: app,
    hosts: withStoreAt('store.test'),
    logins: [alice],
    rows: ['A19'],
    finds: nothing,
  },
  {
    name: 'a store for blobs at another port, which takes no login',
    image: app,
    hosts: withStoreAt('registry.test:8443'),
    logins: [alice],
    rows: ['A19'],
    finds: ['registry-error unconfirmed'],
    undecidable: 'a store that answers 400 may take the next request',
  },
  {
    name: 'a registry that only knows itself with its port',
    image: app,
    hosts: registryWith(anImage(), { answers: [{ path: /./, host: /^registry\.test$/, status: 421 }] }),
    certsD: hostsToml("server = 'https://registry.test:443'\nca = 'ca.pem'\n"),
    rows: ['A9'],
    finds: nothing,
  },
  {
    name: 'a registry that only knows itself without its port',
    image: app,
    hosts: registryWith(anImage(), { answers: [{ path: /./, host: /:443$/, status: 421 }] }),
    certsD: hostsToml("server = 'https://registry.test:443'\nca = 'ca.pem'\n"),
    rows: ['A9'],
    finds: ['registry-error unconfirmed'],
    undecidable: 'the registry may know the name in a moment',
  },
  ...throughMirrors.map(
    ([name, files, mirrorHost, upstream, finds, rows, undecidable]): Scenario => ({
      name,
      image: app,
      hosts: mirrored(mirrorHost, upstream),
      certsD: hostsToml(files),
      rows,
      finds,
      ...(name.includes('rejects the login') && { logins: [alice] }),
      ...(undecidable && { undecidable }),
    }),
  ),
  {
    name: 'a host that is a name of a mirror alone',
    image: 'cache.internal/team/app:1',
    hosts: { 'mirror.test': holding(anImage()) },
    certsD: hostsToml("server = 'https://mirror.test'\nca = 'ca.pem'\n", 'cache.internal'),
    rows: ['A9'],
    finds: nothing,
  },
  {
    name: 'one mirror for all registries',
    image: app,
    hosts: { 'mirror.test': holding(anImage()) },
    certsD: hostsToml("[host.'https://mirror.test']\nca = 'ca.pem'\n", '_default'),
    rows: ['A9'],
    finds: nothing,
  },
  {
    name: 'a mirror of Docker Hub',
    image: 'docker.io/team/app:1',
    hosts: { 'mirror.test': holding(anImage()) },
    certsD: hostsToml(
      "server = 'https://registry-1.docker.io'\n[host.'https://mirror.test']\nca = 'ca.pem'\n",
      'docker.io',
    ),
    rows: ['A9'],
    finds: nothing,
  },
  {
    name: 'an undeclared peer mirror serves what the registry no longer has',
    image: app,
    hosts: mirrored(holding(anImage()), empty),
    certsD: hostsToml(mirror()),
    certsDIsHidden: true,
    nodeSigns: embeddedRegistry,
    rows: ['A9'],
    finds: ['manifest-not-found likely'],
    undecidable: peer,
  },
  {
    name: 'an undeclared peer mirror serves what the registry denies',
    image: app,
    hosts: mirrored(holding(anImage()), holding(anImage(), { access: token })),
    certsD: hostsToml(mirror()),
    certsDIsHidden: true,
    nodeSigns: embeddedRegistry,
    rows: ['A9'],
    finds: ['access-denied likely'],
    undecidable: peer,
  },
  {
    name: 'a mirror on the loopback of the node is down, and the registry has the tag',
    image: app,
    hosts: registryWith(anImage()),
    certsD: hostsToml(`${server}[host."http://127.0.0.1:30020"]\n`),
    rows: ['A9'],
    finds: nothing,
  },
  {
    name: 'a mirror on the loopback of the node is down, and the registry lacks the tag',
    image: app,
    hosts: { 'registry.test': empty },
    certsD: hostsToml(`${server}[host."http://127.0.0.1:30020"]\n`),
    rows: ['A9'],
    finds: ['manifest-not-found likely'],
  },
  {
    name: 'a rewrite for a mirror, which only the containerd of k3s follows',
    image: app,
    hosts: mirrored({ kind: 'registry', repositories: { 'moved/team/app': { tags: { '1': anImage() } } } }, empty),
    certsD: hostsToml(`${mirror()}[host."https://mirror.test".rewrite]\n"^(.*)$" = "moved/$1"\n`),
    rows: ['A9'],
    finds: ['manifest-not-found certain'],
  },
  {
    name: 'a hosts.toml that does not parse',
    image: app,
    hosts: registryWith(anImage()),
    certsD: hostsToml('server = \n'),
    rows: ['A9'],
    finds: unreachable,
    undecidable: 'the files are those of one node',
  },
  {
    name: 'a registry over plain HTTP that the node knows as such',
    image: app,
    hosts: registryWith(anImage(), { scheme: 'http' }),
    rows: ['A10'],
    finds: nothing,
  },
  {
    name: 'a registry over plain HTTP that the node does not know as such',
    image: 'registry.test:5000/team/app:1',
    hosts: { 'registry.test:5000': holding(anImage(), { scheme: 'http' }) },
    certsD: {},
    rows: ['A10', 'B16'],
    finds: unreachable,
    undecidable: way,
  },
  {
    name: 'a certificate that nobody certifies',
    image: app,
    hosts: registryWith(anImage(), { certificate: 'unknown-authority' }),
    rows: ['A7'],
    finds: unreachable,
    undecidable: way,
  },
  {
    name: 'a certificate that has expired',
    image: app,
    hosts: registryWith(anImage(), { certificate: 'expired' }),
    rows: ['A7'],
    finds: unreachable,
    undecidable: way,
  },
  {
    name: 'a certificate for another name',
    image: app,
    hosts: registryWith(anImage(), { certificate: 'other-name' }),
    rows: ['A7'],
    finds: unreachable,
    undecidable: way,
  },
  {
    name: 'a good certificate of an authority that the node does not know',
    image: app,
    hosts: registryWith(anImage()),
    certsD: {},
    rows: ['A7', 'A10'],
    finds: unreachable,
    undecidable: way,
  },
  {
    name: 'a registry that refuses connections',
    image: app,
    hosts: { 'registry.test': refuses },
    rows: ['A7'],
    finds: unreachable,
    undecidable: way,
  },
  {
    name: 'a host that has no address',
    image: 'nowhere.test/team/app:1',
    rows: ['A7'],
    finds: unreachable,
    undecidable: way,
  },
  {
    name: 'a login that only the registry behind a mirror wants',
    image: app,
    hosts: mirrored(empty, holding(anImage(), { access: token })),
    certsD: hostsToml(mirror()),
    logins: [alice],
    rows: ['B34'],
    finds: nothing,
  },
];
