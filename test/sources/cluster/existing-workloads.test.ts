import { expect, test } from 'vitest';
import { existingWorkloadsIn, kindsToList } from '../../../src/sources/cluster/existing-workloads.ts';
import { aDeployment, aPod } from '../../support/api-objects.ts';
import { aStatus, signalOfTest, startApiServer } from '../../support/api-server.ts';

const inCore = '/api/v1/namespaces/shop';
const inApps = '/apis/apps/v1/namespaces/shop';
const rollout = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  kind: 'Rollout',
  podSpecPath: ['spec', 'template', 'spec'],
};

/** What each path answers; a list of nothing by default, a status for a number. */
async function existing(
  answers: Readonly<Record<string, unknown>>,
  { custom = [] as readonly (typeof rollout)[], byDefault = undefined as number | undefined } = {},
) {
  const { api, requests } = await startApiServer(({ path, reply }) => {
    const answer = answers[path] ?? byDefault ?? { items: [] };
    if (typeof answer === 'number') reply(answer, aStatus(answer, 'No'));
    else reply(200, answer);
  });
  const found = await existingWorkloadsIn(api, () => kindsToList(custom))('shop', signalOfTest());
  return {
    found,
    names: found.kind === 'listed' ? found.workloads.map(({ kind, name }) => `${kind}/${name}`) : undefined,
    paths: requests.map(({ url }) => url),
  };
}

/** Items of lists do not say of which kind they are. */
function item({ metadata, spec }: ReturnType<typeof aPod> | ReturnType<typeof aDeployment>, more: object = {}) {
  return { metadata: { ...metadata, namespace: 'shop', ...more }, spec };
}

const owned = (kind: string) => ({ ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'web', controller: true }] });
const pod = (name: string) => aPod({ name, images: ['app:1'] });
const deployment = (name: string) => aDeployment({ name, images: ['app:1'] });

test('what nobody controls and is not over is found, one page of each kind', async () => {
  const { names, paths } = await existing({
    [`${inCore}/pods`]: {
      items: [
        item(pod('alone')),
        item(pod('of-a-replica-set'), owned('ReplicaSet')),
        item(pod('mirror'), { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
        item(pod('going'), { deletionTimestamp: '2030-01-01T00:00:00Z' }),
        { ...item(pod('done')), status: { phase: 'Succeeded' } },
        { metadata: { name: 'malformed' }, spec: { containers: 'none' } },
      ],
    },
    [`${inApps}/deployments`]: { items: [item(deployment('web'))] },
    [`${inApps}/replicasets`]: { items: [item(deployment('web-1'), owned('Deployment'))] },
    '/apis/batch/v1/namespaces/shop/jobs': {
      items: [{ ...item(deployment('over')), status: { completionTime: '2026-01-01T00:00:00Z' } }],
    },
  });

  expect(names).toEqual(['Deployment/web', 'Pod/alone']);
  expect(paths).toHaveLength(9);
  expect(paths).toContain('/apis/batch/v1/namespaces/shop/cronjobs?limit=500');
});

test('what a page does not hold is counted, and what may not be listed is named', async () => {
  const { found } = await existing({
    [`${inCore}/pods`]: { metadata: { remainingItemCount: 41 }, items: [item(pod('alone'))] },
    [`${inApps}/daemonsets`]: { items: 'none' },
    [`${inCore}/podtemplates`]: 403,
  });

  expect(found).toMatchObject({ kind: 'listed', beyond: 41, unlisted: ['DaemonSet', 'PodTemplate'] });
});

test('without any right it is as if nobody had asked', async () => {
  expect((await existing({}, { byDefault: 403 })).found).toEqual({ kind: 'none-listed' });
});

test('a custom kind is listed by the name that the API server has for it', async () => {
  const { names } = await existing(
    {
      '/apis/argoproj.io/v1alpha1': {
        resources: [
          { name: 'rollouts/status', kind: 'Rollout' },
          { name: 'rollouts', kind: 'Rollout' },
        ],
      },
      '/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts': { items: [item(deployment('web'))] },
    },
    { custom: [rollout] },
  );

  expect(names).toEqual(['Rollout/web']);
});

test('a custom kind that is not installed is named', async () => {
  const { found } = await existing({ '/apis/argoproj.io/v1alpha1': 404 }, { custom: [rollout] });

  expect(found).toMatchObject({ unlisted: ['Rollout'] });
});
