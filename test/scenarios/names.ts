/** What an image is called: names that only look wrong, and names that only look right (appendix A of the pull semantics). */
import { anImage, app, registryWith, repositories } from './images.ts';
import { nothing, type Scenario } from './scenario.ts';

const invalid = ['invalid-image-name certain'];
const hub = (name: string, tag: string) =>
  ({
    'registry-1.docker.io': { kind: 'registry', repositories: repositories({ [name]: { [tag]: anImage() } }) },
  }) as const;
const hubFiles = { 'docker.io/hosts.toml': "server = 'https://registry-1.docker.io'\nca = 'ca.pem'\n" };
const hex = 'a'.repeat(64);

const refused: readonly (readonly [what: string, image: string])[] = [
  ['an upper-case path', 'registry.test/Team/app:1'],
  ['an empty tag', 'registry.test/team/app:'],
  ['a slash at the end', 'registry.test/team/app/'],
  ['a scheme', 'https://registry.test/team/app:1'],
  ['a blank inside', 'registry.test/team/my app:1'],
  ['64 hexadecimal digits', hex],
  ['an upper-case digest', `registry.test/team/app@sha256:${'A'.repeat(64)}`],
  ['a short digest', 'registry.test/team/app@sha256:abc'],
  ['an md5 digest', `registry.test/team/app@md5:${'a'.repeat(32)}`],
  ['a path of 300 characters', `registry.test/${'a'.repeat(300)}:1`],
  ['a tag of 129 characters', `registry.test/team/app:${'t'.repeat(129)}`],
  ['a double slash', 'registry.test//team/app:1'],
  ['a path that ends in a dash', 'registry.test/team/app-:1'],
  ['three underscores', 'registry.test/team/my___app:1'],
  ['a tag behind the digest', `registry.test/team/app@sha256:${hex}:1`],
];

const odd: readonly Scenario[] = [
  {
    name: 'two underscores and three dashes are separators',
    image: 'registry.test/my__team/my---app:1',
    hosts: {
      'registry.test': { kind: 'registry', repositories: repositories({ 'my__team/my---app': { '1': anImage() } }) },
    },
    rows: ['A22'],
    finds: nothing,
  },
  {
    name: 'a host in upper case',
    image: 'REGISTRY.test/team/app:1',
    hosts: { 'registry.test': { kind: 'registry', repositories: repositories({ 'team/app': { '1': anImage() } }) } },
    certsD: { 'REGISTRY.test/hosts.toml': "server = 'https://registry.test'\nca = 'ca.pem'\n" },
    rows: ['A22'],
    finds: nothing,
  },
  {
    name: '65 hexadecimal digits are an image of Docker Hub',
    image: `${hex}a:1`,
    hosts: hub(`library/${hex}a`, '1'),
    certsD: hubFiles,
    rows: ['A22'],
    finds: nothing,
  },
  {
    name: 'a bare localhost:5000 is an image of Docker Hub',
    image: 'localhost:5000',
    hosts: hub('library/localhost', '5000'),
    certsD: hubFiles,
    rows: ['A22', 'B23'],
    finds: nothing,
  },
  {
    name: 'a bare foo.bar:1 is an image of Docker Hub',
    image: 'foo.bar:1',
    hosts: hub('library/foo.bar', '1'),
    certsD: hubFiles,
    rows: ['B23'],
    finds: nothing,
  },
  {
    name: 'a bare registry host is looked for at Docker Hub',
    image: 'registry.test',
    hosts: hub('library/other', '1'),
    certsD: hubFiles,
    rows: ['B23'],
    finds: ['manifest-not-found certain'],
  },
  {
    name: 'a name of Docker Hub without a namespace',
    image: 'nginx:1',
    hosts: hub('library/nginx', '1'),
    certsD: hubFiles,
    rows: ['A22'],
    finds: nothing,
  },
  {
    name: 'index.docker.io is Docker Hub',
    image: 'index.docker.io/team/app:1',
    hosts: hub('team/app', '1'),
    certsD: hubFiles,
    rows: ['A22'],
    finds: nothing,
  },
  {
    name: 'no tag means latest',
    image: 'registry.test/team/app',
    hosts: { 'registry.test': { kind: 'registry', repositories: repositories({ 'team/app': { latest: anImage() } }) } },
    rows: ['A22'],
    finds: nothing,
  },
  {
    name: 'no tag means latest, even where there are others',
    image: 'registry.test/team/app',
    hosts: registryWith(anImage()),
    rows: ['B22'],
    finds: ['manifest-not-found certain'],
  },
  {
    name: 'a registry on this very node is not asked',
    image: 'localhost:5000/team/app:1',
    rows: ['A8'],
    finds: ['registry-not-examined unconfirmed'],
    undecidable: 'each node asks itself',
  },
  {
    name: 'a registry at a loopback address is not asked',
    image: '127.0.0.99:5000/team/app:1',
    rows: ['A8'],
    finds: ['registry-not-examined unconfirmed'],
    undecidable: 'each node asks itself',
  },
  {
    name: 'a port that is the usual one',
    image: 'registry.test:443/team/app:1',
    hosts: {
      'registry.test:443': { kind: 'registry', repositories: repositories({ 'team/app': { '1': anImage() } }) },
    },
    rows: ['A22'],
    finds: nothing,
  },
];

export const nameScenes: readonly Scenario[] = [
  ...refused.map(([what, image]): Scenario => ({ name: `a name with ${what}`, image, rows: ['B22'], finds: invalid })),
  {
    name: 'a name that does not parse, with the policy Never',
    image: 'registry.test/Team/app:1',
    pullPolicy: 'Never',
    rows: ['B22'],
    finds: invalid,
  },
  ...odd,
  { name: 'an ordinary image', image: app, hosts: registryWith(anImage()), rows: ['A18'], finds: nothing },
];
