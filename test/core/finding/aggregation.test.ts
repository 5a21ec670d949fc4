/** Tables of what several node groups, routes, credentials and endpoints that see different things come to together. */
import { describe, expect, test } from 'vitest';
import type { PluginAnswer } from '../../../src/core/credential/plugin-answer.ts';
import { parseRegistryKey } from '../../../src/core/credential/registry-key.ts';
import { secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';
import type { Attempt, Evidence, Saw } from '../../../src/core/evidence/evidence.ts';
import type { PlannedPull } from '../../../src/core/pull/plan.ts';
import {
  absent,
  aPod,
  aWorker,
  aWorld,
  evidenceOf,
  found,
  image,
  judgeFirst,
  refused,
  registryHost,
  rejected,
  saw,
} from '../../support/judging.ts';
import { aSecretFor } from '../../support/pull-secrets.ts';
import { Repository } from '../content/repository.ts';
import { judgeMixed, type MixedScene, type Seen, told } from './mixed-cluster.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64' };
const s390x = { os: 'linux', architecture: 's390x' };

const is =
  (...seen: readonly Saw[]): Seen =>
  () =>
    evidenceOf(...seen.map((one) => saw(one)));
const timeout: Saw = { kind: 'unreachable', cause: 'timeout' };
const throttled: Saw = { kind: 'throttled' };

function pulled(plan: PlannedPull): Evidence {
  const repository = new Repository();
  return evidenceOf(found(plan, repository, repository.image(amd64)));
}

/** An index with entries of these platforms, or with one that names none. */
function indexOf(...platforms: readonly object[]): Seen {
  return (plan) => {
    const repository = new Repository();
    const children = platforms.map((platform) => repository.image(platform, { platform }));
    return evidenceOf(found(plan, repository, repository.index(children)));
  };
}

describe('kinds of nodes that see different things', () => {
  const others = 'other candidate nodes can pull it';

  test.each<readonly [string, Seen, Seen, readonly string[]]>([
    ['fail alike: said once', is(absent()), is(absent()), ['manifest-not-found certain: new, old']],
    [
      'fail for different reasons: both are said, each of its nodes',
      is(absent()),
      is(refused()),
      ['manifest-not-found certain: old', 'access-denied certain: new'],
    ],
    ['some pull: the rest is likely', is(absent()), pulled, [`manifest-not-found likely: old (${others})`]],
    ['some pull, the newer ones do not', pulled, is(refused()), [`access-denied likely: new (${others})`]],
    [
      'of some it is not known: the rest is likely',
      is(absent()),
      is(timeout),
      [`manifest-not-found likely: old (${others})`, 'registry-unreachable unconfirmed: new'],
    ],
    [
      'of none it is known, for different reasons',
      is(throttled),
      is(timeout),
      ['rate-limited unconfirmed: old', 'registry-unreachable unconfirmed: new'],
    ],
    [
      '404 for HEAD alone on some: nodes decide on HEAD',
      is(absent()),
      is(absent({ secondLook: 'absent-for-head-only' })),
      [
        'manifest-not-found likely: new, old (the registry answers 404 to HEAD, which nodes use, but finds the image with GET)',
      ],
    ],
    [
      'a cache answers some of them',
      is(absent()),
      is(absent({ product: 'Harbor' })),
      [
        'manifest-not-found likely: new, old (Harbor may answer 404 when its upstream fails; proxyCache: false for this registry would make it certain)',
      ],
    ],
    [
      'the answer to some is old',
      (plan) => ({ ...is(absent())(plan), ageMs: 7000 }),
      is(absent()),
      ['manifest-not-found likely: new, old (the last answer of the registry is 7 s old)'],
    ],
    [
      'the answer to the others is old',
      is(absent()),
      (plan) => ({ ...is(absent())(plan), ageMs: 7000 }),
      ['manifest-not-found likely: new, old (the last answer of the registry is 7 s old)'],
    ],
  ])('%s', (_name, old, recent, expected) => {
    expect(told(judgeMixed({ seen: { '1.7': old, '2.2': recent } }))).toEqual(expected);
  });

  test.each<readonly [string, Seen, Seen, readonly object[]]>([
    ['the one offers nothing with a platform', indexOf(), indexOf(s390x), [s390x]],
    ['the other offers nothing with a platform', indexOf(s390x), indexOf(), [s390x]],
    ['both offer something else', indexOf(arm64), indexOf(s390x), [arm64]],
  ])('an index in two versions, neither of which suits: %s', (_name, old, recent, offers) => {
    expect(judgeMixed({ seen: { '1.7': old, '2.2': recent } }).findings[0]).toMatchObject({
      code: 'no-matching-platform',
      offers,
      certainty: 'certain',
    });
  });

  test('the digest is that which some of them see', () => {
    const { digest } = judgeMixed({ seen: { '1.7': is(absent()), '2.2': pulled } });

    expect(digest).toMatch(/^sha256:/);
  });

  test('an index that suits the platforms of some, and is absent for others', () => {
    const world = aWorld({
      nodes: [
        aWorker('a', { architecture: 'arm64' }),
        aWorker('b', { architecture: 's390x' }),
        aWorker('c', { runtime: 'containerd://1.7.20' }),
      ],
    });

    expect(told(judgeMixed({ world, seen: { '1.7': is(absent()), '2.2': indexOf(arm64) } }))).toEqual([
      `manifest-not-found likely: c (${others})`,
      'some-nodes-lack-platform likely: b',
    ]);
  });

  test('of many nodes of several kinds the first five names are shown', () => {
    const nodes = ['g', 'c', 'a', 'e'].flatMap((name) => [
      aWorker(name, { runtime: 'containerd://1.7.20' }),
      aWorker(`${name}2`),
    ]);
    const { findings } = judgeMixed({ world: aWorld({ nodes }), seen: { '1.7': is(absent()), '2.2': is(absent()) } });

    expect(findings[0]?.nodes).toEqual({ failing: 8, candidates: 8, names: ['a', 'a2', 'c', 'c2', 'e'] });
  });
});

function withoutConfig(repository: Repository) {
  const config = repository.config(amd64, 1);
  const root = repository.manifest(config, [repository.layer()], { platform: amd64 });
  repository.remove(config);
  return root;
}

const low: Seen = (plan) => {
  const repository = new Repository();
  return evidenceOf(found(plan, repository, repository.image(amd64), { rateLimit: { limit: 100, remaining: 3 } }));
};

describe('a node whose platform is not known', () => {
  const unknown = aWorker('unknown', { architecture: '' });

  test('pulls in several ways, too', () => {
    const world = aWorld({ nodes: [unknown] });
    const seen = { '1.7': pulled, '2.2': is(absent()), '2.2 local': pulled };

    expect(told(judgeMixed({ world, seen }))).toEqual([
      'manifest-not-found likely: unknown (nodes with another version or setting of containerd use other endpoints)',
    ]);
  });

  test.each<readonly [string, (repository: Repository) => ReturnType<Repository['index']>]>([
    ['a manifest without its config', (repository) => withoutConfig(repository)],
    ['an index of which the manifest has no config', (repository) => repository.index([withoutConfig(repository)])],
  ])('may choose something else than the others: %s', (_name, build) => {
    const world = aWorld({ nodes: [aWorker('known'), unknown] });
    const seen: Seen = (plan) => {
      const repository = new Repository();
      return evidenceOf(found(plan, repository, build(repository)));
    };

    expect(judgeMixed({ world, seen: { '1.7': pulled, '2.2': seen } }).findings[0]).toMatchObject({
      code: 'incomplete-image',
      nodes: { failing: 1, candidates: 2, names: ['known'] },
    });
  });
});

test('what an announced limit leaves is said by whichever kind of node saw it', () => {
  expect(told(judgeMixed({ seen: { '1.7': pulled, '2.2': low } }))).toEqual(['rate-limit-low advice']);
});

test('what is no image for 1.7, in a cluster of which no node is known', () => {
  const world = aWorld({ nodes: { kind: 'unknown' } });
  const workload = aPod();
  const oversized: Saw = { kind: 'oversized', bytes: 9_000_000 };

  expect(judgeFirst({ world, workload, evidence: evidenceOf(saw(oversized)) }).findings[0]).toMatchObject({
    code: 'unsupported-manifest',
    certainty: 'certain',
  });
});

describe('ways of one kind of node', () => {
  const other = 'nodes with another version or setting of containerd use other endpoints';

  test.each<readonly [string, MixedScene['seen'], readonly string[]]>([
    [
      'the usual one fails, the other leads on',
      { '1.7': is(absent()), '2.2': is(absent()), '2.2 local': pulled },
      [`manifest-not-found likely: new, old (${other})`],
    ],
    [
      'the usual one fails, of the other nothing is known',
      { '1.7': is(absent()), '2.2': is(absent()), '2.2 local': is(timeout) },
      [`manifest-not-found likely: new, old (${other})`],
    ],
    [
      'the other fails for another reason',
      { '1.7': is(absent()), '2.2': is(absent()), '2.2 local': is(refused()) },
      ['manifest-not-found certain: new, old'],
    ],
    ['the usual one leads on', { '1.7': pulled, '2.2': pulled, '2.2 local': is(absent()) }, []],
    [
      'nothing is known of the usual one, and the other leads on',
      { '1.7': is(absent()), '2.2': is(timeout), '2.2 local': pulled },
      ['manifest-not-found likely: old (other candidate nodes can pull it)', 'registry-unreachable unconfirmed: new'],
    ],
  ])('%s', (_name, seen, expected) => {
    expect(told(judgeMixed({ seen }))).toEqual(expected);
  });

  test('an index without a platform that suits, and another way that leads on', () => {
    const seen = { '1.7': indexOf(s390x), '2.2': indexOf(s390x), '2.2 local': pulled };

    expect(told(judgeMixed({ seen }))).toEqual([
      'no-matching-platform likely: new, old (nodes with an older containerd, or with another containerd setting, can pull the image)',
    ]);
  });

  test('an index that suits some nodes, and another way that leads on for the rest', () => {
    const seen = { '1.7': pulled, '2.2': indexOf(s390x), '2.2 local': pulled };
    const [finding] = judgeMixed({ seen }).findings;

    expect(finding).toMatchObject({ code: 'some-nodes-lack-platform', nodes: { names: ['new'] } });
  });
});

const twoLogins = {
  workload: aPod(image, { imagePullSecrets: [{ name: 'one' }, { name: 'two' }] }),
  world: aWorld({
    nodes: [aWorker('old', { runtime: 'containerd://1.7.20' }), aWorker('new')],
    secrets: [aSecretFor([registryHost], { name: 'one' }), aSecretFor([registryHost], { name: 'two' })],
  }),
};

/** The first credential sees this, the second that. */
function inTurn(first: Saw, second: Saw | 'pulls'): Seen {
  return (plan) => {
    const [one, two] = plan.credentials;
    if (one === undefined || two === undefined) throw new Error('two credentials are expected');
    const attempts: readonly Attempt[] = [
      saw(first, one),
      second === 'pulls' ? { ...pulled(plan).attempts[0], sightings: [], credential: two } : saw(second, two),
    ];
    return evidenceOf(...attempts);
  };
}

const firstPulls: Seen = (plan) => {
  const [attempt] = pulled(plan).attempts;
  const [credential] = plan.credentials;
  if (attempt === undefined || credential === undefined) throw new Error('a credential is expected');
  return evidenceOf({ ...attempt, credential });
};

describe('credentials that see different things', () => {
  test.each<readonly [string, Seen, Seen, readonly string[]]>([
    [
      'both are rejected everywhere',
      inTurn(rejected(), rejected()),
      inTurn(rejected(), rejected()),
      ['credentials-rejected certain: new, old'],
    ],
    ['the second is taken everywhere', inTurn(rejected(), 'pulls'), inTurn(absent(), 'pulls'), []],
    [
      'the second is taken on some',
      inTurn(rejected(), rejected()),
      inTurn(rejected(), 'pulls'),
      ['credentials-rejected likely: old (other candidate nodes can pull it)'],
    ],
    [
      'the second finds nothing',
      inTurn(rejected(), absent()),
      inTurn(rejected(), absent()),
      ['manifest-not-found certain: new, old'],
    ],
    [
      'of the first nothing is known',
      inTurn(timeout, rejected()),
      inTurn(timeout, absent()),
      ['registry-unreachable unconfirmed: new, old'],
    ],
    [
      'of the second nothing is known',
      inTurn(rejected(), throttled),
      inTurn(absent(), throttled),
      ['rate-limited unconfirmed: new, old'],
    ],
  ])('%s', (_name, old, recent, expected) => {
    expect(told(judgeMixed({ ...twoLogins, seen: { '1.7': old, '2.2': recent } }))).toEqual(expected);
  });

  test('the one that was taken is named, whichever kind of node it was taken from', () => {
    const seen = { '1.7': inTurn(rejected(), rejected()), '2.2': inTurn(rejected(), 'pulls') };

    expect(judgeMixed({ ...twoLogins, seen }).credential).toMatchObject({ name: 'two' });
  });

  test('the first one is named where it was taken, on some kind of node', () => {
    const seen = { '1.7': inTurn(rejected(), rejected()), '2.2': firstPulls };

    expect(judgeMixed({ ...twoLogins, seen }).credential).toMatchObject({ name: 'one' });
  });

  test('the last one is named where none was taken', () => {
    const seen = { '1.7': inTurn(rejected(), absent()), '2.2': inTurn(absent(), rejected()) };

    expect(judgeMixed({ ...twoLogins, seen }).credential).toMatchObject({ name: 'two' });
  });
});

describe('credentials of a plugin', () => {
  const login = { username: secretBytesOf('u'), password: secretBytesOf('p'), ignoredTokens: [] };
  const entries = [{ key: parseRegistryKey(registryHost), login }];
  const answers: readonly PluginAnswer[] = [{ kind: 'answered', name: 'ecr', entries }];
  const doubt = 'the credentials of the plugin on this host may not be allowed to see the repository, but nodes may be';
  const notListed = absent({ tags: { kind: 'not-listed' } });

  test.each<readonly [string, Saw, Saw, string]>([
    ['were shown the tags', absent(), absent(), 'manifest-not-found certain: new, old'],
    ['were not shown the tags', notListed, notListed, `manifest-not-found likely: new, old (${doubt})`],
    ['were shown the tags on some', absent(), notListed, `manifest-not-found likely: new, old (${doubt})`],
  ])('%s', (_name, old, recent, expected) => {
    const world = { ...twoLogins.world, pluginAnswersFor: () => answers };
    const workload = aPod();

    expect(told(judgeMixed({ world, workload, seen: { '1.7': is(old), '2.2': is(recent) } }))).toEqual([expected]);
  });
});

/** The mirror sees this, the registry that. */
function behind(mirror: Saw, registry: Saw): Seen {
  return () => ({
    attempts: [
      {
        sightings: [
          { host: 'mirror.test', saw: mirror },
          { host: registryHost, saw: registry },
        ],
      },
    ],
    ageMs: 0,
  });
}

describe('endpoints that see different things', () => {
  test.each<readonly [string, Seen, Seen, readonly string[]]>([
    [
      'neither has it, on any way',
      behind(absent(), absent()),
      behind(absent(), absent()),
      ['manifest-not-found certain: new, old'],
    ],
    [
      'the mirror is away on some',
      behind(absent(), absent()),
      behind(timeout, absent()),
      ['manifest-not-found likely: old (other candidate nodes can pull it)', 'registry-unreachable unconfirmed: new'],
    ],
    [
      'the mirror refuses on some, the registry decides',
      behind(refused(), absent()),
      behind(absent(), refused()),
      ['manifest-not-found certain: old', 'access-denied certain: new'],
    ],
  ])('%s', (_name, old, recent, expected) => {
    expect(told(judgeMixed({ seen: { '1.7': old, '2.2': recent } }))).toEqual(expected);
  });
});
