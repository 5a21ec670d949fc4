/**
 * What objects of the cluster show of programs that bring nodes: Deployments, the status of the cluster autoscaler, Karpenter
 * and its NodePools. Looked up only before something would be denied, and kept for a minute (contract §3, C21).
 */
import { parseNodePool } from '../../core/node/node-pool.ts';
import {
  karpenterServed,
  type Scaler,
  scalerOfDeployment,
  scalerOfStatus,
  statusConfigMap,
} from '../../core/node/scaler.ts';
import { parsePodController } from '../../core/object/pod-controller.ts';
import type { NodeGrowth } from '../../core/pull/world.ts';
import type { Api } from './api.ts';
import { listBounded } from './bounded-list.ts';
import { type SharedRead, sharedReading } from './shared-reading.ts';

type GrowthApi = Pick<Api, 'get'>;
/** Of one of the questions. */
type Told = Partial<NodeGrowth>;

/** An admission waits for it. */
const admissionTimeoutMs = 2_000;
const keptMs = 60_000;
/** A right that was missing may have been granted, and the API server may be back. */
const failureKeptMs = 10_000;
const mostPages = 4;

export function nodeGrowthIn(
  api: GrowthApi,
  timeoutMs: number = admissionTimeoutMs,
  now?: () => number,
): SharedRead<NodeGrowth> {
  const read = async (signal: AbortSignal): Promise<NodeGrowth> => {
    const told = await Promise.all([statusIn(api, signal), deploymentsIn(api, signal), karpenterIn(api, signal)]);
    const unseen = [...new Set(told.flatMap((one) => one.unseen ?? []))];
    const pools = told.find((one) => one.pools !== undefined)?.pools;
    return {
      scalers: told.flatMap(({ scalers = [] }) => scalers),
      ...(pools && { pools }),
      ...(unseen.length > 0 && { unseen: unseen.join(', ') }),
      ...(told.some(({ hasFailed }) => hasFailed) && { hasFailed: true }),
    };
  };
  return sharedReading(read, {
    timeoutMs,
    keptMsOf: ({ unseen, hasFailed }) => (unseen === undefined && !hasFailed ? keptMs : failureKeptMs),
    late: { scalers: [], hasFailed: true },
    now,
  });
}

async function statusIn(api: GrowthApi, signal: AbortSignal): Promise<Told> {
  const answer = await api.get(`/api/v1/namespaces/kube-system/configmaps/${statusConfigMap}`, signal);
  switch (answer.kind) {
    case 'ok':
      return { scalers: [scalerOfStatus] };
    case 'absent':
      return {};
    case 'refused':
      return answer.status === 403
        ? { unseen: `grant pullgate get on configmaps ${statusConfigMap} in namespace kube-system` }
        : { hasFailed: true };
    case 'unreachable':
      return { hasFailed: true };
  }
}

async function deploymentsIn(api: GrowthApi, signal: AbortSignal): Promise<Told> {
  const scalers: Scaler[] = [];
  const onObject = (object: unknown) => {
    const deployment = parsePodController(object);
    const scaler = deployment && scalerOfDeployment(deployment);
    if (scaler !== undefined) scalers.push(scaler);
  };
  const list = { path: '/apis/apps/v1/deployments', resource: 'deployments.apps', onObject, mostPages };
  const { end, why } = await listBounded(api, list, signal);
  return { scalers, ...(end === 'failed' ? { hasFailed: true } : why !== undefined && { unseen: why }) };
}

/** Discovery tells everybody whether it is served. */
async function karpenterIn(api: GrowthApi, signal: AbortSignal): Promise<Told> {
  const discovered = await api.get('/apis/karpenter.sh/v1', signal);
  if (discovered.kind === 'absent') return {};
  if (discovered.kind !== 'ok') return { hasFailed: true };
  const objects: unknown[] = [];
  const onObject = (object: unknown) => void objects.push(object);
  const list = { path: '/apis/karpenter.sh/v1/nodepools', resource: 'nodepools.karpenter.sh', onObject, mostPages };
  const { end, why } = await listBounded(api, list, signal);
  const pools = objects.flatMap((object) => parseNodePool(object) ?? []);
  const areAllKnown = end === 'all' && pools.length === objects.length;
  return { scalers: [karpenterServed], ...(areAllKnown && { pools }), ...(why !== undefined && { unseen: why }) };
}
