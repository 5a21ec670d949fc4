/** Tags, digests, and what a registry says about them. */
import { blobOf, buildImage } from '../../tools/embedded-registry/image.ts';
import type { SceneAnswer } from '../nodes/scene.ts';
import { amd64, anImage, anIndex, app, arm64, holding, mark, registryWith, repositories } from './images.ts';
import { type Finds, nothing, type Scenario } from './scenario.ts';

const absent = ['manifest-not-found certain'];
const unclear = ['registry-error unconfirmed'];
const vantage = 'another address may get another answer';

const document = (code: string) => JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] });
const json = { 'content-type': 'application/json' };
const head = (status: number, more: Partial<SceneAnswer> = {}): SceneAnswer => ({
  method: 'HEAD',
  path: /manifests/,
  status,
  ...more,
});
const both = (status: number, more: Partial<SceneAnswer> = {}): SceneAnswer => ({ path: /manifests/, status, ...more });

const single = anImage();

type Answered = readonly [name: string, answers: readonly SceneAnswer[], finds: Finds, undecidable?: string];

const answered: readonly Answered[] = [
  ['HEAD is answered 405, GET works', [head(405)], nothing],
  ['HEAD is answered 501, GET would work', [head(501)], unclear, vantage],
  ['HEAD is answered 400, GET would work', [head(400)], unclear, vantage],
  ['HEAD is answered 403, GET would work', [head(403)], unclear, vantage],
  ['HEAD is answered 404, GET would work', [head(404)], ['manifest-not-found likely']],
  ['a 403 without a challenge', [both(403, { headers: json, body: document('DENIED') })], unclear, vantage],
  ['a 401 without a challenge', [both(401, { headers: json, body: document('UNAUTHORIZED') })], unclear, vantage],
  [
    'a 403 with a page of a firewall',
    [both(403, { headers: { 'content-type': 'text/html' }, body: '<html>Forbidden</html>' })],
    unclear,
    vantage,
  ],
  [
    'a 404 with a web page',
    [both(404, { headers: { 'content-type': 'text/html' }, body: '<html>404 page not found</html>' })],
    unclear,
    'something before the registry may have answered',
  ],
  ['a 404 without a body', [both(404)], unclear, 'something before the registry may have answered'],
  [
    'a 404 with a document of another code',
    [both(404, { headers: json, body: document('UNSUPPORTED') })],
    unclear,
    'something before the registry may have answered',
  ],
  ['a 404 that says NAME_UNKNOWN', [both(404, { headers: json, body: document('NAME_UNKNOWN') })], absent],
  ['a 404 that says TAG_EXPIRED', [both(404, { headers: json, body: document('TAG_EXPIRED') })], absent],
  ['a 404 that says NOT_FOUND', [both(404, { headers: json, body: document('NOT_FOUND') })], absent],
  [
    'too many requests',
    [both(429, { headers: { 'retry-after': '30' } })],
    ['rate-limited unconfirmed'],
    'nodes have a limit of their own',
  ],
  ['a request timeout (408)', [both(408)], unclear, 'it may be over in a moment'],
  ['an internal error (500)', [both(500)], unclear, 'it may be over in a moment'],
  ['a bad gateway (502)', [both(502)], unclear, 'it may be over in a moment'],
  ['an unavailable service (503)', [both(503)], unclear, 'it may be over in a moment'],
  ['a gone manifest (410)', [both(410)], unclear, vantage],
];

const other = buildImage(arm64, mark());
const moved = anImage();
const indexed = anIndex();
const scarce = anImage();
const [child] = indexed.children;
const armChild = indexed.children[1];

export const existenceScenes: readonly Scenario[] = [
  {
    name: 'a mistyped tag',
    image: 'registry.test/team/app:latestt',
    hosts: registryWith(anImage()),
    rows: ['A21'],
    finds: absent,
  },
  {
    name: 'a repository that does not exist',
    image: 'registry.test/team/ap:1',
    hosts: registryWith(anImage()),
    rows: ['A21'],
    finds: absent,
  },
  {
    name: 'a digest that exists',
    image: `registry.test/team/app@${single.digest}`,
    hosts: registryWith(single),
    rows: ['A20'],
    finds: nothing,
  },
  {
    name: 'a digest that does not exist',
    image: `registry.test/team/app@${blobOf('nothing').digest}`,
    hosts: registryWith(anImage()),
    rows: ['A20'],
    finds: absent,
  },
  {
    name: 'a digest with a tag that is gone',
    image: `registry.test/team/app:gone@${moved.digest}`,
    hosts: registryWith(moved),
    rows: ['A20'],
    finds: nothing,
  },
  {
    name: 'a digest with a tag that has moved',
    image: `registry.test/team/app:1@${other.digest}`,
    hosts: {
      'registry.test': { kind: 'registry', repositories: repositories({ 'team/app': { '1': anImage(), old: other } }) },
    },
    rows: ['A20'],
    finds: ['wrong-architecture advice'],
  },
  {
    name: 'the digest of an index',
    image: `registry.test/team/app@${indexed.digest}`,
    hosts: registryWith(indexed),
    rows: ['A20'],
    finds: nothing,
  },
  {
    name: 'the digest of the right manifest of an index',
    image: `registry.test/team/app@${child?.digest}`,
    hosts: registryWith(indexed),
    rows: ['A20'],
    finds: nothing,
  },
  {
    name: 'the digest of the wrong manifest of an index',
    image: `registry.test/team/app@${armChild?.digest}`,
    hosts: registryWith(indexed),
    rows: ['B27'],
    finds: ['wrong-architecture advice'],
  },
  {
    name: 'a single manifest of another architecture',
    image: app,
    hosts: registryWith(buildImage(arm64, mark())),
    rows: ['A13'],
    finds: ['wrong-architecture advice'],
  },
  ...answered.map(
    ([name, answers, finds, undecidable]): Scenario => ({
      name,
      image: name.includes('that says') ? 'registry.test/team/app:gone' : app,
      hosts: registryWith(anImage(), { answers }),
      rows: name.includes('HEAD') ? ['A17', 'B9'] : ['A19'],
      finds,
      ...(undecidable && { undecidable }),
    }),
  ),
  {
    name: 'a HEAD that announces that no pull is left',
    image: app,
    hosts: registryWith(scarce, {
      answers: [
        head(200, {
          headers: {
            'content-type': scarce.mediaType,
            'content-length': String(scarce.size),
            'docker-content-digest': scarce.digest,
            'ratelimit-limit': '100;w=21600',
            'ratelimit-remaining': '0;w=21600',
          },
        }),
        both(429),
      ],
    }),
    rows: ['A19'],
    finds: ['rate-limited unconfirmed'],
    undecidable: 'nodes have a limit of their own',
  },
  {
    name: 'HEAD is answered 404 and never challenged, GET is',
    image: app,
    hosts: registryWith(anImage(), {
      access: { kind: 'token', username: 'alice', password: 's3cret', publicRepositories: ['team/app'] },
      answers: [head(404, { authorization: /^$/ })],
    }),
    rows: ['A17', 'B9'],
    finds: ['manifest-not-found likely'],
  },
  {
    name: 'an official image that does not exist, at Docker Hub',
    image: 'non-existent-image',
    certsD: { 'docker.io/hosts.toml': 'server = "https://registry-1.docker.io"\nca = "ca.pem"\n' },
    hosts: {
      'registry-1.docker.io': holding(anImage(), {
        access: { kind: 'token', username: 'alice', password: 's3cret', publicRepositories: [] },
      }),
    },
    rows: ['A21'],
    finds: absent,
  },
  {
    name: 'HEAD names no digest',
    image: app,
    hosts: registryWithout('docker-content-digest'),
    rows: ['A17'],
    finds: nothing,
  },
  { name: 'HEAD names no length', image: app, hosts: registryWithout('content-length'), rows: ['A17'], finds: nothing },
  {
    name: 'a registry that refuses /v2/',
    image: app,
    hosts: registryWith(anImage(), { answers: [{ path: /^\/v2\/$/, status: 404 }] }),
    rows: ['A18'],
    finds: nothing,
  },
  {
    name: 'two architectures and amd64 among them',
    image: app,
    hosts: registryWith(indexed),
    rows: ['A15'],
    finds: nothing,
  },
  {
    name: 'a registry that lists the tag that it does not find',
    image: app,
    hosts: {
      'registry.test': holding(buildImage(amd64, mark()), {
        answers: [both(404, { headers: json, body: document('MANIFEST_UNKNOWN') })],
      }),
    },
    rows: ['A19'],
    finds: unclear,
    undecidable: 'the registry contradicts itself',
  },
];

/** A registry that leaves a header out of its answers to HEAD. */
function registryWithout(header: 'docker-content-digest' | 'content-length') {
  const image = anImage();
  const headers = {
    'content-type': image.mediaType,
    ...(header === 'docker-content-digest'
      ? { 'content-length': String(image.size) }
      : { 'docker-content-digest': image.digest, 'transfer-encoding': 'chunked' }),
  };
  return registryWith(image, { answers: [head(200, { path: /manifests\/1$/, headers })] });
}
