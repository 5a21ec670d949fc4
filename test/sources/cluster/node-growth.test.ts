import { expect, test } from 'vitest';
import type { ApiAnswer } from '../../../src/sources/cluster/api.ts';
import { nodeGrowthIn } from '../../../src/sources/cluster/node-growth.ts';

const status = '/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status';
const deployments = '/apis/apps/v1/deployments';
const karpenter = '/apis/karpenter.sh/v1';
const pools = '/apis/karpenter.sh/v1/nodepools';

const ok = (value: unknown): ApiAnswer => ({ kind: 'ok', value });
const listed = (...items: readonly object[]) => ok({ items });
const forbidden: ApiAnswer = { kind: 'refused', status: 403 };
const unreachable: ApiAnswer = { kind: 'unreachable', reason: 'ECONNREFUSED' };

async function growthIn(answers: Readonly<Record<string, ApiAnswer>>) {
  const get = async (path: string) => answers[path.replace(/\?.*$/, '')] ?? ({ kind: 'absent' } as const);
  return nodeGrowthIn({ get }, 1_000, () => 0)(new AbortController().signal);
}

const deployment = { metadata: { name: 'cluster-autoscaler', namespace: 'infra' } };
const pool = { metadata: { name: 'default' }, spec: { template: { spec: { requirements: [] } } } };

test.each<readonly [string, Readonly<Record<string, ApiAnswer>>, object]>([
  ['no autoscaler', { [deployments]: listed({ metadata: { name: 'web' } }) }, { scalers: [] }],
  [
    'a Deployment',
    { [deployments]: listed(deployment) },
    { scalers: [{ program: 'other', what: 'Deployment infra/cluster-autoscaler' }] },
  ],
  [
    'a status',
    { [deployments]: listed(), [status]: ok({}) },
    { scalers: [{ program: 'other', what: 'ConfigMap kube-system/cluster-autoscaler-status' }] },
  ],
  [
    'Karpenter and its NodePools',
    { [deployments]: listed(), [karpenter]: ok({}), [pools]: listed(pool) },
    {
      scalers: [{ program: 'karpenter', what: 'the API group karpenter.sh' }],
      pools: [{ name: 'default', allows: expect.any(Function) }],
    },
  ],
  [
    'a NodePool that cannot be understood',
    { [deployments]: listed(), [karpenter]: ok({}), [pools]: listed(pool, {}) },
    { scalers: [{ program: 'karpenter', what: 'the API group karpenter.sh' }] },
  ],
  [
    'NodePools that may not be listed',
    { [deployments]: listed(), [karpenter]: ok({}), [pools]: forbidden },
    {
      scalers: [{ program: 'karpenter', what: 'the API group karpenter.sh' }],
      unseen: 'grant pullgate list on nodepools.karpenter.sh',
    },
  ],
  [
    'nothing that may be read',
    { [deployments]: forbidden, [status]: forbidden },
    {
      scalers: [],
      unseen:
        'grant pullgate get on configmaps cluster-autoscaler-status in namespace kube-system, grant pullgate list on deployments.apps',
    },
  ],
  [
    'an API server that is away',
    { [deployments]: unreachable, [status]: unreachable },
    { scalers: [], hasFailed: true },
  ],
  [
    'an API server that fails',
    { [deployments]: listed(), [status]: { kind: 'refused', status: 500 } },
    { scalers: [], hasFailed: true },
  ],
])('%s', async (_name, answers, expected) => {
  expect(await growthIn(answers)).toEqual(expected);
});

test('whoever has no time left is told that nothing is known', async () => {
  const growth = nodeGrowthIn({ get: async () => new Promise<ApiAnswer>(() => {}) }, 1_000, () => 0);

  expect(await growth(AbortSignal.abort())).toEqual({ scalers: [], hasFailed: true });
});
