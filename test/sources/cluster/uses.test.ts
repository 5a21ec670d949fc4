import { describe, expect, test } from 'vitest';
import type { WorkloadKind } from '../../../src/core/workload/workload-kind.ts';
import { usesIn } from '../../../src/sources/cluster/uses.ts';
import { aDeployment, aPod } from '../../support/api-objects.ts';
import { aListPage, aStatus, signalOfTest, startApiServer } from '../../support/api-server.ts';
import { aWorkload } from '../../support/workloads.ts';

const podsPath = '/api/v1/namespaces/shop/pods';
const replicaSetsPath = '/apis/apps/v1/namespaces/shop/replicasets';
const revisionsPath = '/apis/apps/v1/namespaces/shop/controllerrevisions';

/** What each path answers; a list of nothing by default. */
async function startUses(lists: Readonly<Record<string, readonly unknown[] | number | string>>, token?: string) {
  const { api, requests } = await startApiServer(({ path, reply }) => {
    const list = lists[path] ?? [];
    if (typeof list === 'number') reply(list, aStatus(list, 'No'));
    else reply(200, typeof list === 'string' ? list : aListPage(list, '1', token));
  });
  const usesOf = usesIn(api);
  return {
    usesOf: async (
      object: object = aDeployment({ images: ['app:1'] }),
      withHistory = true,
      kinds: readonly WorkloadKind[] = [],
    ) => {
      const { users, ...rest } = await usesOf(aWorkload(object, kinds), { signal: signalOfTest(), withHistory });
      return { users: Object.fromEntries(users), ...rest };
    },
    requests,
  };
}

type Status = { readonly name?: string; readonly image?: string; readonly imageID?: string; readonly state?: object };

function aRunPod(image: string, status: Status, more: object = {}) {
  return { ...aPod({ images: [image] }), status: { containerStatuses: [{ name: 'c0', ...status }] }, ...more };
}

function aReplicaSet(name: string, image: string, owner?: object) {
  const { spec } = aDeployment({ images: [image] });
  return { metadata: { name, ...(owner && { ownerReferences: [owner] }) }, spec };
}

const digest = `sha256:${'b'.repeat(64)}`;
const imageID = 'docker.io/library/app@sha256:aa';
const waiting = { waiting: { reason: 'ImagePullBackOff' } };
const seen = { 'docker.io/library/app:1': 'Pod pod has pulled it already' };

describe('a Pod', () => {
  test.each([
    ['runs', { image: 'docker.io/library/app:1', imageID, state: { running: {} } }, seen],
    [
      'runs what the node knows by another tag, too',
      { image: 'docker.io/library/app:latest', imageID, state: { running: {} } },
      seen,
    ],
    [
      'crashes',
      { image: 'docker.io/library/app:1', imageID, state: { waiting: { reason: 'CrashLoopBackOff' } } },
      seen,
    ],
    ['waits for its image', { image: 'app:1', imageID: '', state: waiting }, {}],
    ['waits for another image than it had', { image: 'docker.io/library/app:0', imageID, state: waiting }, {}],
    ['runs another container', { name: 'c1', image: 'docker.io/library/other:1', imageID, state: { running: {} } }, {}],
    ['has no status yet', {}, {}],
  ])('that %s', async (_name, status, users) => {
    const { usesOf } = await startUses({ [podsPath]: [aRunPod('app:1', status)] });
    expect(await usesOf()).toEqual({ users, unseen: [] });
  });

  test('counts by what containerd would resolve, not by how it is written', async () => {
    const { usesOf } = await startUses({
      [podsPath]: [
        aRunPod('docker.io/app', { image: 'docker.io/library/app:latest', imageID }),
        aRunPod(`quay.io/team/tool:2@${digest}`, { imageID, state: { running: {} } }),
        aRunPod('Not A Reference', { imageID, state: { running: {} } }),
      ],
    });
    const { users } = await usesOf();
    expect(Object.keys(users)).toEqual(['docker.io/library/app:latest', `quay.io/team/tool@${digest}`]);
  });

  test('counts with its init containers', async () => {
    const pod = {
      metadata: { name: 'pod' },
      spec: { containers: [], initContainers: [{ name: 'i', image: 'app:1' }] },
      status: { initContainerStatuses: [{ name: 'i', image: 'docker.io/library/app:1', imageID }] },
    };
    const { usesOf } = await startUses({ [podsPath]: [pod] });
    expect(await usesOf()).toEqual({ users: seen, unseen: [] });
  });
});

describe('the history', () => {
  const owner = { kind: 'Deployment', name: 'web' };

  test('of a Deployment are its ReplicaSets, nobody else’s', async () => {
    const { usesOf, requests } = await startUses({
      [replicaSetsPath]: [
        aReplicaSet('web-1', 'app:1', owner),
        aReplicaSet('other-1', 'app:2', { kind: 'Deployment', name: 'other' }),
        aReplicaSet('web-2', 'app:3', { kind: 'Rollout', name: 'web' }),
        aReplicaSet('lone', 'app:4'),
      ],
    });
    expect(await usesOf()).toEqual({
      users: { 'docker.io/library/app:1': 'ReplicaSet web-1 names it: a rollback may need it' },
      unseen: [],
    });
    expect(requests.map(({ url }) => url).toSorted()).toEqual([
      `${podsPath}?limit=500`,
      `${replicaSetsPath}?limit=500`,
    ]);
  });

  test.each(['StatefulSet', 'DaemonSet'])('of a %s are its ControllerRevisions', async (kind) => {
    const workload = { ...aDeployment({ images: ['app:2'] }), kind };
    const { spec } = aDeployment({ images: ['app:1'] });
    const revision = { metadata: { name: 'web-7f', ownerReferences: [{ kind, name: 'web' }] }, data: { spec } };
    const { usesOf } = await startUses({ [revisionsPath]: [revision] });
    expect(await usesOf(workload)).toEqual({
      users: { 'docker.io/library/app:1': 'ControllerRevision web-7f names it: a rollback may need it' },
      unseen: [],
    });
  });

  test('of what is created is none', async () => {
    const { usesOf, requests } = await startUses({});
    expect(await usesOf(aDeployment({ images: ['app:1'] }), false)).toEqual({ users: {}, unseen: [] });
    expect(requests.map(({ url }) => url)).toEqual([`${podsPath}?limit=500`]);
  });

  test('of a custom kind are the ReplicaSets that it owns', async () => {
    const rollout = { ...aDeployment({ images: ['app:2'] }), kind: 'Rollout' };
    const { usesOf } = await startUses({
      [replicaSetsPath]: [aReplicaSet('web-1', 'app:1', { kind: 'Rollout', name: 'web' })],
    });
    const kinds = [{ group: 'apps', kind: 'Rollout', podSpecPath: ['spec', 'template', 'spec'] }];
    expect(await usesOf(rollout, true, kinds)).toMatchObject({
      users: { 'docker.io/library/app:1': 'ReplicaSet web-1 names it: a rollback may need it' },
    });
  });

  test('of a Pod is none', async () => {
    const { usesOf, requests } = await startUses({});
    expect(await usesOf(aPod({ images: ['app:1'] }))).toEqual({ users: {}, unseen: [] });
    expect(requests.map(({ url }) => url)).toEqual([`${podsPath}?limit=500`]);
  });

  test('counts less than a Pod that has pulled the image', async () => {
    const { usesOf } = await startUses({
      [podsPath]: [aRunPod('app:1', { imageID, state: { running: {} } })],
      [replicaSetsPath]: [aReplicaSet('web-1', 'app:1', owner)],
    });
    expect(await usesOf()).toEqual({ users: seen, unseen: [] });
  });
});

describe('what cannot be seen is said', () => {
  test.each([
    ['Pods that may not be listed', { [podsPath]: 403 }, ['uses=unchecked (pods cannot be listed)']],
    [
      'ReplicaSets that may not be listed',
      { [replicaSetsPath]: 403 },
      ['uses=unchecked (replicasets cannot be listed)'],
    ],
  ])('%s', async (_name, lists, unseen) => {
    const { usesOf } = await startUses(lists);
    expect(await usesOf()).toEqual({ users: {}, unseen });
  });

  test('more Pods than a few pages hold', async () => {
    const { usesOf, requests } = await startUses(
      { [podsPath]: [aRunPod('app:1', { imageID, state: { running: {} } })] },
      'next',
    );
    expect(await usesOf(aPod({ images: ['app:1'] }))).toEqual({
      users: seen,
      unseen: ['uses=unchecked (there are more than 4000 pods)'],
    });
    // The same token leads to the same page.
    expect(requests.map(({ url }) => url)).toEqual([`${podsPath}?limit=500`, `${podsPath}?limit=500&continue=next`]);
  });
});

describe('what could not be looked at may be in use', () => {
  test('more former revisions than a few pages hold', async () => {
    const { usesOf } = await startUses({}, 'next');
    expect(await usesOf()).toMatchObject({ doubt: 'it may be in use: not all replicasets could be listed' });
  });

  test.each([
    ['no list of Pods', { [podsPath]: '{"items":[{"metadata":{}}]}' }, 'pods'],
    ['no list of ReplicaSets', { [replicaSetsPath]: '<html>' }, 'replicasets'],
    ['an error', { [replicaSetsPath]: 500 }, 'replicasets'],
  ])('%s', async (_name, lists, resource) => {
    const { usesOf } = await startUses(lists);
    expect(await usesOf()).toEqual({
      users: {},
      doubt: `it may be in use: not all ${resource} could be listed`,
      unseen: [],
    });
  });

  test('a server that does not answer in time', async () => {
    const { api } = await startApiServer(() => {});
    const { doubt } = await usesIn(api)(aWorkload(aPod({ images: ['app:1'] })), {
      signal: AbortSignal.timeout(50),
      withHistory: true,
    });
    expect(doubt).toBe('it may be in use: not all pods could be listed');
  });
});

test('reviews that come together share the lists, each has its own history', async () => {
  const { usesOf, requests } = await startUses({
    [replicaSetsPath]: [aReplicaSet('web-1', 'app:1', { kind: 'Deployment', name: 'web' })],
  });
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      usesOf(aDeployment({ name: index === 0 ? 'web' : 'other', images: ['app:1'] })),
    ),
  );

  expect(all.filter(({ users }) => 'docker.io/library/app:1' in users)).toHaveLength(1);
  expect(requests).toHaveLength(2);
});
