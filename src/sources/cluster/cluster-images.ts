/** What shows how images come to the nodes of the cluster, beside its Node objects; looked up before a denial. */
import type { Node } from '../../core/node/node.ts';
import type { ClusterImages } from '../../core/pull/cluster-images.ts';
import type { Api } from './api.ts';
import { mirrorObjectsIn } from './mirror-objects.ts';
import { namedByOwnersIn, runningPodsIn } from './running-images.ts';

/** Of one list: 4,000 Pods of 11 KB take about a second. Whoever waits for it has a deadline besides. */
const admissionTimeoutMs = 3_000;

export function clusterImagesIn(
  api: Pick<Api, 'get'>,
  timeoutMs: number = admissionTimeoutMs,
  now?: () => number,
): (nodes: readonly Node[], signal: AbortSignal) => Promise<ClusterImages> {
  const mirrorObjects = mirrorObjectsIn(api, timeoutMs, now);
  const runningPods = runningPodsIn(api, timeoutMs, now);
  const namedByOwners = namedByOwnersIn(api, timeoutMs, now);
  return async (nodes, signal) => {
    // What was named some time may be on nodes that do not report all that they have, and on no others.
    const mayBeHidden = nodes.some(({ signs }) => signs.mayHaveMoreImages);
    const [{ mirrors, unseen }, pods, owners] = await Promise.all([
      mirrorObjects(signal),
      runningPods(signal),
      mayBeHidden ? namedByOwners(signal) : undefined,
    ]);
    return {
      mirrors,
      runnerOf: (pulled) => pods.runners.get(pulled),
      namerOf: (pulled) => owners?.namers.get(pulled) ?? pods.namers.get(pulled),
      unseen: [...pods.unseen, ...(owners?.unseen ?? [])],
      ...(unseen !== undefined && { unseenMirrors: unseen }),
      ...(pods.hasFailed && {
        doubt: 'a Pod in another namespace may run the image, because Pods could not be listed',
      }),
    };
  };
}
