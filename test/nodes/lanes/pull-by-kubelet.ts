/** A kubelet, asked by a Pod that the API server assigns to its Node. The Pod's status tells what became of the pull. */

import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { ApiClient } from '../real-parts/api-client.ts';
import type { Scene } from '../scene.ts';
import { createPod, type PodPath } from './kubelet-pod.ts';
import type { Outcome } from './lane.ts';

const deadlineMs = 120_000;

/** Waiting reasons from behind the pull: kuberuntime_container.go. Every other one is from the pull, raw error texts too. */
const afterwards = new Set([
  'CreateContainerConfigError',
  'PreCreateHookError',
  'CreateContainerError',
  'PreStartHookError',
  'PostStartHookError',
  'RunContainerError',
  'CrashLoopBackOff',
]);
const undecided = new Set(['ContainerCreating', 'PodInitializing']);

/** `namespace` must be new. */
export async function pullByKubelet(api: ApiClient, node: string, namespace: string, scene: Scene): Promise<Outcome> {
  const pod = await createPod(api, node, namespace, scene);
  try {
    return await outcomeOf(api, pod);
  } finally {
    await api.remove(`${pod.pods}/${pod.name}`);
  }
}

async function outcomeOf(api: ApiClient, { pods, name }: PodPath): Promise<Outcome> {
  let last: V1Pod | undefined;
  for await (const pod of api.watch(pods, name, deadlineMs)) {
    last = pod as V1Pod;
    const outcome = last.status?.containerStatuses?.map(readStatus)[0];
    if (outcome !== undefined) return outcome;
  }
  throw new Error(`${pods}/${name} came to no pull within ${deadlineMs} ms: ${JSON.stringify(last?.status)}`);
}

/** A container that runs, has ended or could not be started had its image. */
function readStatus({ state }: V1ContainerStatus): Outcome | undefined {
  if (state?.running !== undefined || state?.terminated !== undefined) return { outcome: 'pulled' };
  const { reason = '', message = '' } = state?.waiting ?? {};
  if (reason === '' || undecided.has(reason)) return undefined;
  return afterwards.has(reason) ? { outcome: 'pulled' } : { outcome: 'failed', reason, message };
}
