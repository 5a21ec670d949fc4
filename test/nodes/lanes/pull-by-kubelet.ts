/** A kubelet, asked by a Pod that the API server assigns to its Node. The Pod's status tells what became of the pull. */

import { setTimeout } from 'node:timers/promises';
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { ApiClient } from '../real-parts/api-client.ts';
import type { Scene } from '../scene.ts';
import { createPod } from './kubelet-pod.ts';
import type { Outcome } from './lane.ts';

const pollMs = 40;
const deadlineMs = 120_000;

/** Waiting reasons from before the pull or from it: pkg/kubelet/images/types.go and kubelet_pods.go. */
const failures = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'ImageInspectError',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);
const undecided = new Set(['ContainerCreating', 'PodInitializing']);

/** `namespace` must be new. */
export async function pullByKubelet(api: ApiClient, node: string, namespace: string, scene: Scene): Promise<Outcome> {
  const path = await createPod(api, node, namespace, scene);
  try {
    return await outcomeOf(api, path);
  } finally {
    await api.remove(path);
  }
}

async function outcomeOf(api: ApiClient, path: string): Promise<Outcome> {
  const end = performance.now() + deadlineMs;
  let last: V1Pod | undefined;
  while (performance.now() < end) {
    last = (await api.get(path)) as V1Pod;
    const outcome = last.status?.containerStatuses?.map(readStatus)[0];
    if (outcome !== undefined) return outcome;
    await setTimeout(pollMs);
  }
  throw new Error(`${path} came to no pull within ${deadlineMs} ms: ${JSON.stringify(last?.status)}`);
}

/** A container that runs, has ended or could not be started had its image. */
function readStatus({ state }: V1ContainerStatus): Outcome | undefined {
  if (state?.running !== undefined || state?.terminated !== undefined) return { outcome: 'pulled' };
  const { reason = '', message = '' } = state?.waiting ?? {};
  if (reason === '' || undecided.has(reason)) return undefined;
  return failures.has(reason) ? { outcome: 'failed', reason, message } : { outcome: 'pulled' };
}
