/** Equal for Pods whose pulls are decided by the same words. */
import { writtenImage } from '../workload/image-use.ts';
import type { Workload } from '../workload/workload.ts';

export function specKeyOf(pod: Workload): string {
  const { namespace, images, imagePullSecrets, serviceAccountName, placement, isMirrorPod, isBeingDeleted } = pod;
  // Each Pod is on a node of its own.
  const { nodeName: _node, nodeSelector, ...others } = placement;
  return JSON.stringify([
    namespace,
    images.map((use) => [use.path, use.name, writtenImage(use), use.pullPolicy]),
    imagePullSecrets,
    serviceAccountName,
    [...nodeSelector],
    others,
    isMirrorPod,
    isBeingDeleted,
    pod.controller?.uid ?? pod.name,
  ]);
}
