import { describe, expect, test } from 'vitest';
import type { Node } from '../../../src/core/node/node.ts';
import { type Candidates, candidatesOf } from '../../../src/core/pull/node-views.ts';
import type { Workload } from '../../../src/core/workload/workload.ts';
import { aDeployment, aPod, aWorker, workloadOf } from '../../support/judging.ts';
import { requiring } from '../node/builders.ts';

function among(nodes: readonly Node[], workload: Workload = aPod(), isAdmitted = true): Candidates {
  return candidatesOf(workload, { nodes: { kind: 'nodes', nodes } }, isAdmitted);
}

/** `linux/arm/v7 2.4 transfer`, of each viewer of each group. */
function viewsOf(candidates: Candidates): readonly (readonly string[])[] {
  if (candidates.kind === 'none') return [];
  return candidates.groups.map(({ viewers }) =>
    viewers.map(({ platform: { os, architecture, variant }, puller: { generation, path } }) =>
      [[os, architecture, ...(variant === undefined ? [] : [variant])].join('/'), generation, path].join(' '),
    ),
  );
}

describe('nobody to ask', () => {
  test('nothing is known of the nodes', () => {
    expect(candidatesOf(aPod(), { nodes: { kind: 'unknown' } }, true)).toEqual({
      kind: 'none',
      why: 'no-nodes-known',
      doubts: [],
    });
  });

  test('no node is a candidate', () => {
    expect(among([aWorker('a')], aPod(undefined, { nodeSelector: { disk: 'ssd' } }))).toEqual({
      kind: 'none',
      why: 'no-candidate',
      doubts: [{ kind: 'no-candidate-nodes' }],
    });
  });

  test('no node is a candidate among those that were known once', () => {
    const workload = aPod(undefined, { nodeSelector: { disk: 'ssd' } });
    expect(candidatesOf(workload, { nodes: { kind: 'nodes', nodes: [aWorker('a')], isStale: true } }, true)).toEqual({
      kind: 'none',
      why: 'no-candidate',
      doubts: [{ kind: 'no-candidate-nodes' }, { kind: 'stale-nodes' }],
    });
  });
});

describe('groups of nodes', () => {
  test('alike nodes are one, and the way that is usual comes first', () => {
    const candidates = among([aWorker('a'), aWorker('b'), aWorker('c', { runtime: 'containerd://1.7.2' })]);

    expect(viewsOf(candidates)).toEqual([
      ['linux/amd64 1.7 local'],
      ['linux/amd64 2.2 transfer', 'linux/amd64 2.2 local'],
    ]);
    expect(candidates).toMatchObject({ nodes: [{ name: 'a' }, { name: 'b' }, { name: 'c' }], doubts: [] });
  });

  test('a runtime that is not known may pull in every way', () => {
    expect(viewsOf(among([aWorker('a', { runtime: '' })]))).toEqual([
      [
        '2.4 transfer',
        '2.4 local',
        '2.3 transfer',
        '2.3 local',
        '2.2 transfer',
        '2.2 local',
        '2.0 local',
        '1.7 local',
        '2.4 transfer',
        '1.7 local',
      ].map((way) => `linux/amd64 ${way}`),
    ]);
  });

  test('an ARM node does not say which one it is', () => {
    expect(viewsOf(among([aWorker('a', { architecture: 'arm', runtime: 'containerd://2.0.1' })]))).toEqual([
      ['v7', 'v8', 'v6', 'v5'].map((variant) => `linux/arm/${variant} 2.0 local`),
    ]);
    expect(viewsOf(among([aWorker('a', { architecture: 'arm64', runtime: 'containerd://2.0.1' })]))).toEqual([
      ['linux/arm64 2.0 local'],
    ]);
  });

  test('a node of unknown platform has a way, but no view', () => {
    const candidates = among([aWorker('a', { architecture: '', runtime: 'containerd://1.7.2' })]);

    expect(viewsOf(candidates)).toEqual([[]]);
    expect(candidates).toMatchObject({ groups: [{ pullers: [{ generation: '1.7', path: 'local' }] }] });
  });

  test('doubts come along', () => {
    expect(among([aWorker('a')], aPod(undefined, { schedulerName: 'volcano' })).doubts).toEqual([
      { kind: 'other-scheduler', schedulerName: 'volcano' },
    ]);
  });
});

function nodeNamed(operator: string, name: string): object {
  return { key: 'metadata.name', operator, values: [name] };
}

function required(key: string, operator: string, values: readonly string[]): object {
  return requiring({ matchExpressions: [{ key, operator, values }] });
}

describe('named platforms', () => {
  const platforms = [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm', variant: 'v6' },
  ];
  const amongPlatforms = (spec: object) =>
    candidatesOf(aPod(undefined, spec), { nodes: { kind: 'platforms', platforms } }, true);
  const firstViews = (spec: object) => viewsOf(amongPlatforms(spec)).map(([first]) => first);
  const amd64 = 'linux/amd64 2.4 transfer';
  const arm = 'linux/arm/v6 2.4 transfer';

  test('stand for nodes of which nothing else is known', () => {
    expect(firstViews({})).toEqual([amd64, arm]);
    expect(amongPlatforms({})).not.toHaveProperty('nodes');
    expect(amongPlatforms({}).doubts).toEqual([]);
  });

  test.each<readonly [string, object, readonly string[]]>([
    ['a selector leaves one of them', { nodeSelector: { 'kubernetes.io/arch': 'arm' } }, [arm]],
    ['the deprecated label counts, too', { nodeSelector: { 'beta.kubernetes.io/arch': 'amd64' } }, [amd64]],
    ['affinity leaves one of them', required('kubernetes.io/arch', 'NotIn', ['arm', 'arm64']), [amd64]],
    ['a selector leaves none', { nodeSelector: { 'kubernetes.io/arch': 'arm64' } }, []],
    ['affinity leaves none', required('kubernetes.io/os', 'In', ['windows']), []],
    ['the system of the Pod leaves none', { os: { name: 'windows' } }, []],
    ['a label that no kubelet sets', { nodeSelector: { disk: 'ssd' } }, []],
    ['a Pod is bound to a node of which no platform is known', { nodeName: 'a' }, []],
    ['affinity names a node of which no platform is known', requiring({ matchFields: [nodeNamed('In', 'a')] }), []],
    ['affinity excludes a node by name', requiring({ matchFields: [nodeNamed('NotIn', 'a')] }), [amd64, arm]],
    [
      'preferred affinity leaves all',
      {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 1,
                preference: { matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['s390x'] }] },
              },
            ],
          },
        },
      },
      [amd64, arm],
    ],
  ])('%s', (_name, spec, views) => {
    expect(firstViews(spec)).toEqual(views);
  });

  test('another scheduler places by rules of its own', () => {
    expect(amongPlatforms({ schedulerName: 'volcano' }).doubts).toEqual([
      { kind: 'other-scheduler', schedulerName: 'volcano' },
    ]);
  });

  test('an empty list names no node', () => {
    expect(candidatesOf(aPod(), { nodes: { kind: 'platforms', platforms: [] } }, true).kind).toBe('none');
  });
});

describe('what the spec will tolerate', () => {
  const notReady = aWorker('a', { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }] });
  const pressed = aWorker('a', { taints: [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }] });
  const daemon = workloadOf({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    spec: { template: { spec: { containers: [{ name: 'a', image: 'a' }] } } },
  });

  test.each<readonly [string, Node, Workload, boolean, Candidates['kind']]>([
    ['an admitted Pod is as it is', notReady, aPod(), true, 'none'],
    ['admission adds to a Pod', notReady, aPod(), false, 'groups'],
    ['admission adds to the Pods of a template', notReady, aDeployment(), true, 'groups'],
    ['a DaemonSet tolerates more', pressed, daemon, true, 'groups'],
    ['a Deployment does not', pressed, aDeployment(), true, 'none'],
  ])('%s', (_name, node, workload, isAdmitted, kind) => {
    expect(among([node], workload, isAdmitted).kind).toBe(kind);
  });
});
