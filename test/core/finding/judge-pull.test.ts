import { describe, expect, test } from 'vitest';
import type { PlannedPull } from '../../../src/core/pull/plan.ts';
import {
  absent,
  aPod,
  aWorker,
  aWorld,
  evidenceOf,
  found,
  image,
  inShort,
  judge,
  judgeFirst,
  type Scene,
  saw,
} from '../../support/judging.ts';
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
      cappedBy: 'nodes with an older containerd, or with another containerd setting, can pull the image',
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
      cappedBy: 'the list of nodes is out of date',
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
      'the scheduler volcano may use other rules than the default scheduler',
    ],
    [
      'scheduling gates',
      aWorker('a'),
      { schedulingGates: [{ name: 'g' }] },
      'a controller may narrow the placement before it removes the scheduling gates',
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
