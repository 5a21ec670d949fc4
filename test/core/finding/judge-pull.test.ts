import { describe, expect, test } from 'vitest';
import { dockerSchema1, ociManifest } from '../../../src/core/image/media-type.ts';
import type { PlannedPull } from '../../../src/core/pull/plan.ts';
import type { World } from '../../../src/core/pull/world.ts';
import {
  absent,
  always,
  aPod,
  aWorker,
  aWorld,
  evidenceOf,
  found,
  image,
  inShort,
  judge,
  judgeFirst,
  onBothNodes,
  refusing,
  registryHost,
  type Scene,
  saw,
} from '../../support/judging.ts';
import { aSecretFor } from '../../support/pull-secrets.ts';
import { Repository } from '../content/repository.ts';

function indexOf(...platforms: readonly object[]) {
  const repository = new Repository();
  const root = repository.index(platforms.map((platform) => repository.image(platform, { platform })));
  return { root, evidence: (plan: PlannedPull) => evidenceOf(found(plan, repository, root)) };
}

function single(platform: object) {
  const repository = new Repository();
  const root = repository.image(platform);
  return (plan: PlannedPull) => evidenceOf(found(plan, repository, root));
}

describe('platforms', () => {
  const amd64 = { os: 'linux', architecture: 'amd64' };
  const arm64 = { os: 'linux', architecture: 'arm64' };
  const s390x = { os: 'linux', architecture: 's390x' };
  const i386 = { os: 'linux', architecture: '386' };
  const nodes = [aWorker('a'), aWorker('b', { architecture: 'arm64' }), aWorker('c', { architecture: 'arm64' })];

  test('an index with something for everybody', () => {
    const { root, evidence } = indexOf(amd64, arm64);
    const judged = judgeFirst({ world: aWorld({ nodes }), evidence });

    expect(judged).toMatchObject({ outcome: 'pullable', digest: root.digest });
    expect(judged.findings).toEqual([
      { code: 'unpinned-image', digest: root.digest, certainty: 'advice', assuming: [] },
    ]);
  });

  test('an index with nothing for anybody', () => {
    const { findings } = judgeFirst({ world: aWorld({ nodes }), evidence: indexOf(s390x).evidence });

    expect(findings[0]).toEqual({
      code: 'no-matching-platform',
      offers: [s390x],
      wanted: [amd64, arm64],
      certainty: 'certain',
      assuming: ['mirrors=none', 'preloaded=none', 'nodes=unknown (no autoscaler seen)'],
      predictedReason: 'ErrImagePull',
      nodes: { failing: 3, candidates: 3, names: ['a', 'b', 'c'] },
    });
  });

  test('an index with something for some', () => {
    const { outcome, findings } = judgeFirst({ world: aWorld({ nodes }), evidence: indexOf(amd64).evidence });

    expect(outcome).toBe('unpullable');
    expect(findings[0]).toEqual({
      code: 'some-nodes-lack-platform',
      offers: [amd64],
      lacking: [arm64],
      suited: [amd64],
      certainty: 'likely',
      assuming: ['mirrors=none', 'preloaded=none', 'nodes=unknown (no autoscaler seen)'],
      predictedReason: 'ErrImagePull',
      nodes: { failing: 2, candidates: 3, names: ['b', 'c'] },
    });
  });

  test('names at most five nodes', () => {
    const many = Array.from({ length: 12 }, (_, index) => aWorker(`n${index}`, { architecture: 'arm64' }));
    const { findings } = judgeFirst({ world: aWorld({ nodes: many }), evidence: indexOf(amd64).evidence });

    expect(findings[0]?.nodes).toEqual({ failing: 12, candidates: 12, names: ['n0', 'n1', 'n10', 'n11', 'n2'] });
  });

  test('a compatible platform, which only some ways of pulling take', () => {
    const { findings } = judgeFirst({ evidence: indexOf(i386).evidence });

    expect(findings[0]).toMatchObject({
      code: 'no-matching-platform',
      offers: [i386],
      certainty: 'likely',
      cappedBy: 'nodes whose containerd is older, or pulls by itself, can pull it',
    });
  });

  test('a compatible platform on nodes that pull in one way only', () => {
    const old = aWorld({ nodes: [aWorker('a', { runtime: 'containerd://1.7.20' })] });

    expect(judgeFirst({ world: old, evidence: indexOf(i386).evidence }).outcome).toBe('pullable');
  });

  test.each<readonly [string, Required<Scene>['evidence'], string]>([
    ['what it offers', indexOf(s390x).evidence, 'no-matching-platform'],
    ['that it is absent', evidenceOf(saw(absent())), 'manifest-not-found'],
  ])('nodes that nobody tells of any more: %s is likely to fail', (_name, evidence, code) => {
    const world = aWorld({ nodes: { kind: 'nodes', nodes: [aWorker('a')], isStale: true } });

    expect(judgeFirst({ world, evidence }).findings[0]).toMatchObject({
      code,
      certainty: 'likely',
      cappedBy: 'the API server has not told of its nodes for a while',
    });
  });

  test.each([
    ['CRI-O', aWorker('a', { runtime: 'cri-o://1.30.0' }), {}, '1 of the candidate nodes do not run containerd'],
    [
      'a runtime that is not named',
      aWorker('a', { runtime: '' }),
      {},
      '1 of the candidate nodes do not name their container runtime',
    ],
    [
      'virtual-kubelet',
      aWorker('a', { labels: { type: 'virtual-kubelet' } }),
      {},
      'virtual-kubelet pulls on 1 of the candidate nodes',
    ],
    [
      'another scheduler',
      aWorker('a'),
      { schedulerName: 'volcano' },
      'the scheduler volcano places it by rules of its own',
    ],
    [
      'scheduling gates',
      aWorker('a'),
      { schedulingGates: [{ name: 'g' }] },
      'its placement may be narrowed before its scheduling gates are lifted',
    ],
  ])('are less than certain with %s', (_name, node, spec, cappedBy) => {
    const scene = { workload: aPod(image, spec), world: aWorld({ nodes: [node] }), evidence: indexOf(s390x).evidence };

    expect(judgeFirst(scene).findings[0]).toMatchObject({
      code: 'no-matching-platform',
      certainty: 'likely',
      cappedBy,
    });
  });

  test.each([
    ['no node is a candidate', aWorld({ nodes: [] })],
    ['nothing is known of nodes', aWorld({ nodes: { kind: 'unknown' } })],
  ])('are not judged where %s', (_name, world) => {
    expect(judgeFirst({ world, evidence: indexOf(s390x).evidence }).outcome).toBe('pullable');
    const [finding] = judgeFirst({ world, evidence: evidenceOf(saw(absent())) }).findings;
    expect(finding).toMatchObject({ code: 'manifest-not-found', certainty: 'certain' });
    expect(finding).not.toHaveProperty('nodes');
  });

  test('are not judged for the one node of which none is known', () => {
    const unknown = aWorker('z', { architecture: '' });
    const judged = judgeFirst({ world: aWorld({ nodes: [...nodes, unknown] }), evidence: indexOf(arm64).evidence });

    expect(judged.findings[0]).toMatchObject({
      code: 'some-nodes-lack-platform',
      lacking: [amd64],
      suited: [arm64],
      nodes: { failing: 1, candidates: 4, names: ['a'] },
    });
  });

  test('that were named instead of nodes', () => {
    const world = aWorld({ nodes: { kind: 'platforms', platforms: [amd64, arm64] } });
    const { findings } = judgeFirst({ world, evidence: indexOf(amd64).evidence });

    expect(findings[0]).toMatchObject({ code: 'some-nodes-lack-platform', lacking: [arm64], suited: [amd64] });
    expect(findings[0]).not.toHaveProperty('nodes');
  });

  test('a single manifest built for another platform is pulled, and is worth a word', () => {
    const { outcome, findings } = judgeFirst({ world: aWorld({ nodes }), evidence: single(amd64) });

    expect(outcome).toBe('pullable');
    expect(findings[0]).toEqual({
      code: 'wrong-architecture',
      built: amd64,
      wanted: [arm64],
      certainty: 'advice',
      assuming: [],
    });
  });

  test('of an image volume does not matter', () => {
    const volumes = [{ name: 'data', image: { reference: image } }];
    const workload = aPod(image, { volumes }, { volumeMounts: [{ name: 'data' }] });
    const judged = judge({ workload, world: aWorld({ nodes }), evidence: single(amd64) });

    expect(judged.images.map(({ findings }) => inShort(findings))).toEqual([
      ['wrong-architecture advice', 'unpinned-image advice'],
      ['unpinned-image advice'],
    ]);
  });
});

/** A node for each version. */
const withContainerd = (...versions: readonly string[]) =>
  aWorld({ nodes: versions.map((version, index) => aWorker(`n${index}`, { runtime: `containerd://${version}` })) });

describe('content', () => {
  const amd64 = { os: 'linux', architecture: 'amd64' };

  test('a child of the index is missing', () => {
    const repository = new Repository();
    const child = repository.image(amd64, { platform: amd64 });
    const root = repository.index([child]);
    repository.remove(child);
    const { findings } = judgeFirst({ evidence: (plan) => evidenceOf(found(plan, repository, root)) });

    expect(findings[0]).toMatchObject({
      code: 'incomplete-image',
      missing: 'manifest',
      descriptor: { digest: child.digest },
      certainty: 'certain',
      nodes: onBothNodes,
    });
  });

  test('a config is missing, which a node may have', () => {
    const repository = new Repository();
    const config = repository.config(amd64, 1);
    const root = repository.manifest(config, [repository.layer()]);
    repository.remove(config);
    const { findings } = judgeFirst({ evidence: (plan) => evidenceOf(found(plan, repository, root)) });

    expect(findings[0]).toMatchObject({
      code: 'incomplete-image',
      missing: 'config',
      certainty: 'likely',
      cappedBy: 'a node that has this part already does not fetch it',
    });
  });

  test('a layer is missing, which a node may have', () => {
    const repository = new Repository();
    const layer = repository.layer();
    const root = repository.manifest(repository.config(amd64, 1), [layer]);
    const evidence = (plan: PlannedPull) => {
      const attempt = found(plan, repository, root);
      const absentLayer = [`blob blobs ${layer.digest}`, { kind: 'absent' }] as const;
      return evidenceOf({
        ...attempt,
        found: { ...attempt.found, contents: new Map([...attempt.found.contents, absentLayer]) },
      });
    };

    expect(judgeFirst({ evidence }).findings[0]).toMatchObject({
      code: 'incomplete-image',
      missing: 'layer',
      certainty: 'likely',
      cappedBy: 'a node that has this part already does not fetch it',
    });
  });

  test('an artifact in an image volume is what it should be', () => {
    const repository = new Repository();
    const config = repository.add('application/vnd.example.config+json', {});
    const root = repository.manifest(config, [repository.layer()]);
    const volumes = [{ name: 'data', image: { reference: image } }];
    const workload = aPod(image, { volumes }, { volumeMounts: [{ name: 'data' }] });
    const judged = judge({ workload, evidence: (plan) => evidenceOf(found(plan, repository, root)) });

    expect(judged.images.map(({ findings }) => inShort(findings))).toEqual([
      ['unsupported-manifest advice', 'unpinned-image advice'],
      ['unpinned-image advice'],
    ]);
  });

  test('an artifact is one thing to containerd 1.7 and another to newer ones', () => {
    const repository = new Repository();
    const config = repository.add('application/vnd.example.config+json', {});
    const root = repository.manifest(config, [repository.layer()]);
    const evidence = (plan: PlannedPull) => evidenceOf(found(plan, repository, root));
    const problem = { kind: 'artifact', configType: 'application/vnd.example.config+json' };
    const old = aWorld({ nodes: [aWorker('a', { runtime: 'containerd://1.7.20' })] });

    expect(judgeFirst({ world: old, evidence }).findings[0]).toMatchObject({
      code: 'unsupported-manifest',
      problem,
      certainty: 'certain',
    });
    expect(judgeFirst({ evidence })).toMatchObject({
      outcome: 'pullable',
      findings: [{ code: 'unsupported-manifest', problem, certainty: 'advice', assuming: [] }, {}],
    });
  });

  const onRequest =
    'nodes with containerd 2.0 convert it if CONTAINERD_ENABLE_DEPRECATED_PULL_SCHEMA_1_IMAGE=1 is set there';

  test.each<readonly [string, World, string, string | undefined]>([
    ['2.1, which converts none', withContainerd('2.1.0'), 'certain', undefined],
    ['2.2 and 2.4', withContainerd('2.2.0', '2.4.2'), 'certain', undefined],
    ['2.0, which converts it if it is told to', withContainerd('2.0.5'), 'likely', onRequest],
    ['2.0 among others', withContainerd('2.3.0', '2.0.5'), 'likely', onRequest],
    [
      'an unknown version',
      withContainerd('Unknown'),
      'likely',
      'nodes whose containerd is older, or pulls by itself, can pull it',
    ],
    [
      'platforms that were named instead of nodes',
      aWorld({ nodes: { kind: 'platforms', platforms: [amd64] } }),
      'likely',
      'nodes whose containerd is older, or pulls by itself, can pull it',
    ],
    [
      'no node that is known',
      aWorld({ nodes: { kind: 'unknown' } }),
      'likely',
      'no candidate node is known, and containerd 1.7 converts schema 1',
    ],
  ])('schema 1 on %s', (_name, world, certainty, cappedBy) => {
    const repository = new Repository();
    const root = repository.add(dockerSchema1, { schemaVersion: 1, fsLayers: [], history: [], signatures: [{}] });
    const { findings } = judgeFirst({ world, evidence: (plan) => evidenceOf(found(plan, repository, root)) });

    expect(findings[0]).toMatchObject({ code: 'unsupported-manifest', problem: { kind: 'schema-1' }, certainty });
    expect(findings[0]?.cappedBy).toBe(cappedBy);
  });

  test('schema 1 on 1.7 is converted', () => {
    const repository = new Repository();
    const root = repository.add(dockerSchema1, { schemaVersion: 1, fsLayers: [], history: [], signatures: [{}] });
    const evidence = (plan: PlannedPull) => evidenceOf(found(plan, repository, root));

    expect(judgeFirst({ world: withContainerd('1.7.20'), evidence }).outcome).toBe('pullable');
  });

  test('more bytes than containerd accepts', () => {
    const { findings } = judgeFirst({ evidence: evidenceOf(saw({ kind: 'oversized', bytes: 9_000_000 })) });

    expect(findings[0]).toMatchObject({
      code: 'unsupported-manifest',
      problem: { kind: 'too-large', bytes: 9_000_000 },
      certainty: 'certain',
    });
  });

  test('a manifest that could not be read', () => {
    const repository = new Repository();
    const root = repository.image(amd64);
    const contents = new Map([[`manifest manifests ${root.digest}`, { kind: 'unread' } as const]]);
    const { outcome, findings, digest } = judgeFirst({
      evidence: (plan) => evidenceOf(found(plan, repository, root, { contents })),
    });

    expect({ outcome, digest }).toEqual({ outcome: 'unconfirmed', digest: root.digest });
    expect(findings[0]).toMatchObject({
      code: 'registry-error',
      cause: { kind: 'unread-content', digest: root.digest },
    });
  });

  test('a manifest for which no time was left says nothing about the registry', () => {
    const repository = new Repository();
    const root = repository.image(amd64);
    const contents = new Map([[`manifest manifests ${root.digest}`, { kind: 'unread', isLate: true } as const]]);
    const { outcome, findings, digest } = judgeFirst({
      evidence: (plan) => evidenceOf(found(plan, repository, root, { contents })),
    });

    expect({ outcome, digest }).toEqual({ outcome: 'unconfirmed', digest: root.digest });
    expect(findings[0]).toMatchObject({ code: 'registry-not-examined', why: 'deadline' });
  });

  test('nothing was read beyond the HEAD', () => {
    const repository = new Repository();
    const root = { mediaType: ociManifest, digest: `sha256:${'0'.repeat(64)}`, size: 2 };
    const limits = { rateLimit: { limit: 100, remaining: 24 }, spared: 'few-left' as const, contents: new Map() };
    const { outcome, findings } = judgeFirst({
      evidence: (plan) => evidenceOf(found(plan, repository, root, limits)),
    });

    expect(outcome).toBe('pullable');
    expect(findings[0]).toEqual({
      code: 'rate-limit-low',
      registry: registryHost,
      limit: 100,
      remaining: 24,
      spared: 'few-left',
      certainty: 'advice',
      assuming: [],
    });
  });

  test('nothing is left of the limit, whatever was read', () => {
    const repository = new Repository();
    const root = repository.image({ os: 'linux', architecture: 'arm64' });
    const rateLimit = { limit: 100, remaining: 0, windowMs: 21_600_000, retryAfterMs: 60_000 };
    const { outcome, findings, digest } = judgeFirst({
      evidence: (plan) => evidenceOf(found(plan, repository, root, { rateLimit })),
    });

    expect({ outcome, digest }).toEqual({ outcome: 'unconfirmed', digest: root.digest });
    expect(inShort(findings)).toEqual(['rate-limited unconfirmed', 'unpinned-image advice']);
    expect(findings[0]).toMatchObject({ usedUp: { limit: 100, windowMs: 21_600_000 }, retryAfterMs: 60_000 });
  });

  test('the kubelet tries two credentials of one Secret in random order', () => {
    const workload = aPod(image, { imagePullSecrets: [{ name: 'regcred' }] });
    const world = aWorld({ secrets: [aSecretFor([registryHost, `https://${registryHost}`])] });

    expect(judgeFirst({ workload, world, evidence: always(absent()) }).findings[0]).toMatchObject({
      code: 'manifest-not-found',
      certainty: 'likely',
      cappedBy: 'the kubelet tries two credentials of one Secret in random order',
    });
    expect(judgeFirst({ workload, world, evidence: refusing }).findings[0]).toMatchObject({
      code: 'credentials-rejected',
      certainty: 'certain',
      tried: [{ key: registryHost }, { key: `https://${registryHost}` }],
    });
  });

  test('a quarter of the limit is enough', () => {
    const repository = new Repository();
    const root = repository.image(amd64);
    const { findings } = judgeFirst({
      evidence: (plan) => evidenceOf(found(plan, repository, root, { rateLimit: { limit: 100, remaining: 25 } })),
    });

    expect(inShort(findings)).toEqual(['unpinned-image advice']);
  });
});
