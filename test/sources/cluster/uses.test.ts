import { describe, expect, test } from 'vitest';
import type { WorkloadKind } from '../../../src/core/workload/workload-kind.ts';
import { usesIn } from '../../../src/sources/cluster/uses.ts';
import { aDeployment, aPod } from '../../support/api-objects.ts';
import { aListPage, aStatus, signalOfTest, startApiServer } from '../../support/api-server.ts';
import { aWorkload } from '../../support/workloads.ts';

const podsPath = '/api/v1/namespaces/shop/pods';
const replicaSetsPath = '/apis/apps/v1/namespaces/shop/replicasets';
const jobsPath = '/apis/batch/v1/namespaces/shop/jobs';
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
      isUpdate = true,
      kinds: readonly WorkloadKind[] = [],
    ) => {
      const { users, ...rest } = await usesOf(aWorkload(object, kinds), { signal: signalOfTest(), isUpdate });
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
const seen = { 'docker.io/library/app:1': 'Pod pod already pulled the image' };

describe('a Pod', () => {
  test.each([
    ['runs', { image: 'docker.io/library/app:1', imageID, state: { running: {} } }, seen],
    [
      'runs what the node knows by another tag, too',
      { image: 'docker.io/library/app:latest', imageID, state: { running: {} } },
      { ...seen, 'docker.io/library/app:latest': 'Pod pod already pulled the image' },
    ],
    [
      'crashes',
      { image: 'docker.io/library/app:1', imageID, state: { waiting: { reason: 'CrashLoopBackOff' } } },
      seen,
    ],
    ['waits for its image', { image: 'app:1', imageID: '', state: waiting }, {}],
    [
      'waits for another image than it had',
      { image: 'docker.io/library/app:0', imageID, state: waiting },
      { 'docker.io/library/app:0': 'Pod pod already pulled the image' },
    ],
    [
      'has ended, and its image has another tag on the node',
      { image: 'docker.io/library/app:latest', imageID, state: { terminated: {} } },
      { ...seen, 'docker.io/library/app:latest': 'Pod pod already pulled the image' },
    ],
    [
      'runs another container',
      { name: 'c1', image: 'docker.io/library/other:1', imageID, state: { running: {} } },
      { 'docker.io/library/other:1': 'Pod pod already pulled the image' },
    ],
    ['has no status yet', {}, {}],
  ])('that %s', async (_name, status, users) => {
    const { usesOf } = await startUses({ [podsPath]: [aRunPod('app:1', status)] });
    expect(await usesOf()).toEqual({ users });
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
    expect(await usesOf()).toEqual({ users: seen });
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
      users: { 'docker.io/library/app:1': 'ReplicaSet web-1 uses the image, so a rollback may need it' },
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
      users: { 'docker.io/library/app:1': 'ControllerRevision web-7f uses the image, so a rollback may need it' },
    });
  });

  test('of a CronJob are its Jobs', async () => {
    const { spec } = aDeployment({ images: ['app:1'] });
    const cronJob = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'backup' },
      spec: { jobTemplate: { spec: { template: aDeployment({ images: ['app:2'] }).spec.template } } },
    };
    const ownerReferences = [{ kind: 'CronJob', name: 'backup' }];
    const { usesOf } = await startUses({ [jobsPath]: [{ metadata: { name: 'backup-28', ownerReferences }, spec }] });
    expect(await usesOf(cronJob)).toEqual({
      users: { 'docker.io/library/app:1': 'Job backup-28 uses the image, so a rollback may need it' },
    });
  });

  test.each([true, false])('of what is deleted with --cascade=orphan has its name (update: %s)', async (isUpdate) => {
    const { spec } = aDeployment({ images: ['app:1'] });
    const { usesOf } = await startUses({
      [revisionsPath]: [
        { metadata: { name: 'web-7f' }, data: { spec } },
        { metadata: { name: 'webhook-7f' }, data: aDeployment({ images: ['app:2'] }) },
      ],
    });
    expect(await usesOf({ ...aDeployment({ images: ['app:1'] }), kind: 'StatefulSet' }, isUpdate)).toEqual({
      users: { 'docker.io/library/app:1': 'ControllerRevision web-7f uses the image, so a rollback may need it' },
    });
  });

  test('of what is created is that of an owner with its name', async () => {
    const { usesOf } = await startUses({ [replicaSetsPath]: [aReplicaSet('web-1', 'app:1', owner)] });
    expect(await usesOf(aDeployment({ images: ['app:1'] }), false)).toEqual({
      users: { 'docker.io/library/app:1': 'ReplicaSet web-1 uses the image, so a rollback may need it' },
    });
  });

  test('of a custom kind is all that it owns', async () => {
    const rollout = { ...aDeployment({ images: ['app:2'] }), kind: 'Rollout' };
    const { usesOf, requests } = await startUses({
      [replicaSetsPath]: [aReplicaSet('web-1', 'app:1', { kind: 'Rollout', name: 'web' })],
    });
    const kinds = [{ group: 'apps', kind: 'Rollout', podSpecPath: ['spec', 'template', 'spec'] }];
    expect(await usesOf(rollout, true, kinds)).toMatchObject({
      users: { 'docker.io/library/app:1': 'ReplicaSet web-1 uses the image, so a rollback may need it' },
    });
    expect(new Set(requests.map(({ url }) => url.split('?')[0]))).toEqual(
      new Set([podsPath, replicaSetsPath, revisionsPath, jobsPath]),
    );
  });

  test('of what is only looked at, since it is there, is none', async () => {
    const { api, requests } = await startApiServer(({ reply }) => reply(200, aListPage([], '1')));
    const wanted = { signal: signalOfTest(), isUpdate: false, withoutHistory: true } as const;
    expect(await usesIn(api)(aWorkload(aDeployment({ images: ['app:1'] })), wanted)).toEqual({ users: new Map() });
    expect(requests.map(({ url }) => url)).toEqual([`${podsPath}?limit=500`]);
  });

  test('of a Pod is none', async () => {
    const { usesOf, requests } = await startUses({});
    expect(await usesOf(aPod({ images: ['app:1'] }))).toEqual({ users: {} });
    expect(requests.map(({ url }) => url)).toEqual([`${podsPath}?limit=500`]);
  });

  test('counts less than a Pod that has pulled the image', async () => {
    const { usesOf } = await startUses({
      [podsPath]: [aRunPod('app:1', { imageID, state: { running: {} } })],
      [replicaSetsPath]: [aReplicaSet('web-1', 'app:1', owner)],
    });
    expect(await usesOf()).toEqual({ users: seen });
  });
});

const bothRights = 'grant pullgate list on pods, grant pullgate list on replicasets.apps';

describe('without the right to look', () => {
  test.each([
    ['Pods', { [podsPath]: 403 }, 'grant pullgate list on pods'],
    ['ReplicaSets', { [replicaSetsPath]: 403 }, 'grant pullgate list on replicasets.apps'],
    ['either', { [podsPath]: 403, [replicaSetsPath]: 403 }, bothRights],
  ])('at %s, what is updated may be in use; of what is created it is said', async (_name, lists, why) => {
    const { usesOf } = await startUses(lists);
    const object = aDeployment({ images: ['app:1'] });
    expect(await usesOf(object, true)).toEqual({ users: {}, doubt: `the image may be in use (${why})` });
    expect(await usesOf(object, false)).toEqual({ users: {}, unseen: why });
  });
});

describe('more than a few pages', () => {
  test('of Pods tell enough of what is created', async () => {
    const { usesOf, requests } = await startUses(
      { [podsPath]: [aRunPod('app:1', { imageID, state: { running: {} } })] },
      'next',
    );
    const object = aPod({ images: ['app:1'] });
    expect(await usesOf(object, false)).toEqual({ users: seen, unseen: 'there are more than 4000 pods' });
    expect(await usesOf(object, true)).toEqual({
      users: seen,
      doubt: 'the image may be in use (there are more than 4000 pods)',
    });
    expect(requests.map(({ url }) => url)).toEqual([
      `${podsPath}?limit=500`,
      ...Array.from({ length: 7 }, () => `${podsPath}?limit=500&continue=next`),
    ]);
  });

  test('of former revisions do not', async () => {
    const { usesOf } = await startUses({ [podsPath]: '{"items":[]}' }, 'next');
    expect(await usesOf(aDeployment({ images: ['app:1'] }), false)).toEqual({
      users: {},
      doubt: 'the image may be in use (there are more than 4000 replicasets.apps)',
    });
  });
});

describe('what could not be looked at may be in use', () => {
  test.each([
    ['no list of Pods', { [podsPath]: '{"items":1}' }, 'the list of pods is invalid'],
    ['no JSON', { [replicaSetsPath]: '<html>' }, 'the API server does not answer: the answer is not JSON'],
    ['an error', { [replicaSetsPath]: 500 }, 'the API server answers 500'],
  ])('%s', async (_name, lists, why) => {
    for (const isUpdate of [true, false]) {
      const { usesOf } = await startUses(lists);
      expect(await usesOf(aDeployment({ images: ['app:1'] }), isUpdate)).toEqual({
        users: {},
        doubt: `the image may be in use (${why})`,
      });
    }
  });

  test('an error after a first page', async () => {
    const { api } = await startApiServer(({ query, reply }) => {
      const pod = aRunPod('app:1', { imageID, state: { running: {} } });
      if (query.has('continue')) reply(500, aStatus(500, 'No'));
      else reply(200, aListPage([pod], '1', 'next'));
    });
    const wanted = { signal: signalOfTest(), isUpdate: false };
    expect(await usesIn(api)(aWorkload(aPod({ images: ['app:1'] })), wanted)).toEqual({
      users: new Map(Object.entries(seen)),
      doubt: 'the image may be in use (the API server answers 500)',
    });
  });

  test('a server that does not answer in time', async () => {
    const { api } = await startApiServer(() => {});
    const { doubt } = await usesIn(api)(aWorkload(aPod({ images: ['app:1'] })), {
      signal: AbortSignal.timeout(50),
      isUpdate: false,
    });
    expect(doubt).toBe('the image may be in use (no answer before the deadline)');
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
