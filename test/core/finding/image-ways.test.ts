/** Contract §3, C17 to C19: what a cluster shows of ways around its registries, and what is said of one image then. */
import { describe, expect, test } from 'vitest';
import type { JudgingSettings } from '../../../src/core/finding/judge-workload.ts';
import type { Node } from '../../../src/core/node/node.ts';
import type { ClusterImages } from '../../../src/core/pull/cluster-images.ts';
import { defaultAssumptions } from '../../../src/core/pull/settings.ts';
import {
  absent,
  aPod,
  aRule,
  aWorker,
  aWorld,
  evidenceOf,
  found,
  image,
  judgeFirst,
  refused,
  registryHost,
  type Scene,
  saw,
} from '../../support/judging.ts';
import { Repository } from '../content/repository.ts';

const assume = { ...defaultAssumptions, nodeCredentials: 'none' } as const;
const unseenWay = 'and got it from a source that pullgate does not know';

function clusterImages(part: Partial<ClusterImages> = {}): ClusterImages {
  return { mirrors: [], runnerOf: () => undefined, namerOf: () => undefined, unseen: [], ...part };
}

type Seen = {
  readonly nodes?: readonly Node[];
  readonly images?: ClusterImages;
  readonly policy?: string;
  readonly settings?: Scene['settings'];
  readonly judging?: Partial<JudgingSettings>;
};

/** The tag is absent, or everybody is refused. */
function judged({ nodes, images, policy, settings, judging }: Seen, answer: Parameters<typeof saw>[0] = absent()) {
  const [finding] = judgeFirst({
    workload: aPod(image, {}, policy === undefined ? {} : { imagePullPolicy: policy }),
    world: { ...aWorld({ ...(nodes && { nodes }) }), ...(images && { images }) },
    settings: { assume, ...settings },
    ...(judging && { judging }),
    evidence: evidenceOf(saw(answer)),
  }).findings;
  if (finding === undefined) throw new Error('nothing was found');
  const { code, certainty, assuming, cappedBy } = finding;
  return { said: `${code} ${certainty}`, assuming, because: cappedBy };
}

const spegel = clusterImages({ mirrors: [{ what: 'DaemonSet spegel/spegel runs Spegel' }] });
const labelled = aWorker('z', { labels: { 'p2p.k3s.cattle.io/enabled': 'true' } });
const hosts = { configPath: '/etc/containerd/certs.d', files: new Map() };

describe('mirrors (C17)', () => {
  const certain = 'mirrors: none would make it certain';

  test('nothing that is seen leaves it certain, and is said', () => {
    expect(judged({})).toEqual({
      said: 'manifest-not-found certain',
      assuming: ['mirrors=auto (none seen)', 'preloaded=auto (none seen)'],
    });
  });

  test('without nodes too', () => {
    expect(
      judgeFirst({
        world: aWorld({ nodes: { kind: 'unknown' } }),
        settings: { assume },
        evidence: evidenceOf(saw(absent())),
      }).findings[0],
    ).toMatchObject({
      certainty: 'certain',
      assuming: ['mirrors=auto (no nodes known)', 'preloaded=auto (no nodes known)'],
    });
  });

  test.each([
    ['an absence', absent(), 'manifest-not-found likely'],
    ['a refusal', refused(), 'access-denied likely'],
  ])('%s, and a node that is no candidate has one', (_name, answer, said) => {
    const cordoned = { ...labelled, isUnschedulable: true };

    expect(judged({ nodes: [aWorker('a'), cordoned] }, answer)).toMatchObject({
      said,
      because: `nodes may get the image from another source: node z has the label p2p.k3s.cattle.io/enabled=true; ${certain}`,
    });
  });

  test('an object shows one', () => {
    expect(judged({ images: spegel })).toMatchObject({
      said: 'manifest-not-found likely',
      because: `nodes may get the image from another source: DaemonSet spegel/spegel runs Spegel; ${certain}`,
      assuming: ['mirrors=auto (DaemonSet spegel/spegel runs Spegel)', 'preloaded=auto (none seen)'],
    });
  });

  test('which objects could not be looked at is said', () => {
    const images = clusterImages({ unseenMirrors: 'grant pullgate list on daemonsets' });

    expect(judged({ images })).toMatchObject({
      said: 'manifest-not-found certain',
      assuming: ['mirrors=auto (none seen; grant pullgate list on daemonsets)', 'preloaded=auto (none seen)'],
    });
  });

  test.each<readonly [string, Scene['settings'], string]>([
    ['the operator says that there are none', { assume: { ...assume, mirrors: 'none' } }, 'mirrors=none'],
    [
      'the operator says so of this registry',
      { registries: [aRule(registryHost, { mirrors: 'none' })] },
      'mirrors=none',
    ],
    ['the host configuration of the nodes is given', { hosts }, 'mirrors=auto (nodes.hostsDir)'],
  ])('lifted where %s', (_name, settings, line) => {
    expect(judged({ images: spegel, settings })).toEqual({
      said: 'manifest-not-found certain',
      assuming: [line, 'preloaded=auto (none seen)'],
    });
  });

  test.each([
    ['may be pulled from', '', 'manifest-not-found likely'],
    ['may only be pushed to', 'capabilities = ["push"]\n', 'manifest-not-found certain'],
  ])('one on the loopback of the node that %s', (_name, more, said) => {
    const toml = `[host."http://localhost:30020"]\n${more}`;
    const tree = new Map([[`${registryHost}/hosts.toml`, toml]]);
    const given = { ...hosts, files: new Map([[hosts.configPath, tree]]) };

    expect(judged({ settings: { hosts: given } }).said).toBe(said);
  });

  test('that of another registry does not count', () => {
    const images = clusterImages({ mirrors: [{ what: 'a set', sources: ['quay.io'] }] });

    expect(judged({ images }).said).toBe('manifest-not-found certain');
  });
});

describe('who has it (C18)', () => {
  test.each([undefined, 'Always'])('a node that is no candidate, pull policy %s', (policy) => {
    const cordoned = { ...aWorker('z', { images: [image] }), isUnschedulable: true };

    expect(judged({ nodes: [aWorker('a'), cordoned], ...(policy && { policy }) })).toMatchObject({
      said: 'manifest-not-found likely',
      because: `node z reports the image ${unseenWay}`,
    });
  });

  test('the first of several by name, in whatever order they come', () => {
    const nodes = ['m', 'z', 'b'].map((name) => aWorker(name, { images: [image] }));

    expect(judged({ nodes: [...nodes, aWorker('a')], policy: 'Always' }).because).toBe(
      `node b reports the image ${unseenWay}`,
    );
    expect(judged({ nodes: [...nodes.toReversed(), aWorker('a')], policy: 'Always' }).because).toBe(
      `node b reports the image ${unseenWay}`,
    );
  });

  test('whoever runs it, the platforms of the index are those that the registry shows', () => {
    const repository = new Repository();
    const platform = { os: 'linux', architecture: 's390x' };
    const root = repository.index([repository.image(platform, { platform })]);
    const images = clusterImages({ runnerOf: () => 'Pod other/web-1', unseen: ['what=unchecked'] });
    const [finding] = judgeFirst({
      world: { ...aWorld(), images },
      settings: { assume },
      evidence: (plan) => evidenceOf(found(plan, repository, root)),
    }).findings;

    expect(finding).toMatchObject({ code: 'no-matching-platform', certainty: 'certain' });
    expect(finding?.assuming).not.toContain('what=unchecked');
  });

  test.each([
    ['of another platform, which the registry serves', { architecture: 'arm64' }, 'certain'],
    ['of the platform that the registry does not serve', {}, 'likely'],
  ])('a node %s', (_name, words, certainty) => {
    const holder = { ...aWorker('z', { ...words, images: [image] }), isUnschedulable: true };
    const repository = new Repository();
    const platform = { os: 'linux', architecture: 'arm64' };
    const root = repository.index([repository.image(platform, { platform })]);

    expect(
      judgeFirst({
        world: aWorld({ nodes: [aWorker('a'), holder] }),
        settings: { assume },
        evidence: (plan) => evidenceOf(found(plan, repository, root)),
      }).findings[0],
    ).toMatchObject({ code: 'no-matching-platform', certainty });
  });

  test('a Pod anywhere', () => {
    const images = clusterImages({ runnerOf: (pulled) => (pulled === image ? 'Pod other/web-1' : undefined) });

    expect(judged({ images }, refused())).toMatchObject({
      said: 'access-denied likely',
      because: `Pod other/web-1 runs the image ${unseenWay}`,
    });
  });

  test('whether one does could not be found out', () => {
    const images = clusterImages({ doubt: 'a Pod elsewhere may run it' });

    expect(judged({ images })).toMatchObject({
      said: 'manifest-not-found likely',
      because: 'a Pod elsewhere may run it',
    });
  });

  test('what may not be looked up is said', () => {
    const images = clusterImages({ unseen: ['running=unchecked (grant pullgate list on pods)'] });

    expect(judged({ images }).assuming.at(-1)).toBe('running=unchecked (grant pullgate list on pods)');
  });
});

describe('images that are loaded (C19)', () => {
  const kind = { ...aWorker('kind-worker'), signs: { mirrors: [], mayHaveMoreImages: false, localCluster: 'kind' } };
  const cut = { ...aWorker('b'), signs: { mirrors: [], mayHaveMoreImages: true } };
  const certain = 'preloaded: none would make it certain';
  const cutText = '1 of 2 candidate nodes may not report all their images';
  const byReplicaSet = clusterImages({ namerOf: () => 'ReplicaSet shop/web-1' });

  test.each([
    ['an absence', absent(), 'manifest-not-found likely'],
    ['a refusal', refused(), 'access-denied likely'],
  ])('%s on a local cluster', (_name, answer, said) => {
    expect(judged({ nodes: [kind] }, answer)).toMatchObject({
      said,
      because: `node kind-worker is one of kind, where images are often loaded without a registry; ${certain}`,
    });
  });

  test.each<readonly [string, Seen]>([
    ['every start pulls', { policy: 'Always' }],
    ['the operator says that nobody loads any', { settings: { assume: { ...assume, preloaded: 'none' } } }],
    [
      'the operator says so of this registry',
      { settings: { registries: [aRule(registryHost, { preloaded: 'none' })] } },
    ],
  ])('lifted where %s', (_name, seen) => {
    expect(judged({ nodes: [kind], ...seen }).said).toBe('manifest-not-found certain');
  });

  test('a list that is cut does not cap by itself, and is said', () => {
    expect(judged({ nodes: [aWorker('a'), cut] })).toEqual({
      said: 'manifest-not-found certain',
      assuming: ['mirrors=auto (none seen)', `preloaded=auto (none seen; ${cutText})`],
    });
  });

  test.each<readonly [string, Seen, string]>([
    [
      'pullgate admitted it',
      { judging: { beforeDenial: () => ({ admitted: 'pullgate admitted it' }) } },
      'pullgate admitted it',
    ],
    ['something names it', { images: byReplicaSet }, 'ReplicaSet shop/web-1 names the image'],
  ])('a list that is cut, where %s', (_name, seen, naming) => {
    expect(judged({ nodes: [aWorker('a'), cut], ...seen })).toMatchObject({
      said: 'manifest-not-found likely',
      because: `${naming}, and ${cutText}; ${certain}`,
    });
    expect(judged({ nodes: [aWorker('a'), aWorker('b')], ...seen }).said).toBe('manifest-not-found certain');
  });

  test('the list of a node that is no candidate does not count', () => {
    const nodes = [aWorker('a'), { ...cut, isUnschedulable: true }];

    expect(judged({ nodes, images: byReplicaSet })).toMatchObject({
      said: 'manifest-not-found certain',
      assuming: ['mirrors=auto (none seen)', 'preloaded=auto (none seen)'],
    });
  });
});
