/**
 * The cluster for a run that ends: its nodes listed once, everything else read once, when the first workload needs it.
 * What cannot be read is a case of its own, and remembered like the rest: nobody waits for it a second time.
 */
import { type Node, parseNode } from '../../core/node/node.ts';
import { sharedStrings } from '../../core/node/shared-strings.ts';
import type { NamespaceLookup } from '../../core/object/namespace.ts';
import type { World } from '../../core/pull/world.ts';
import type { Workload } from '../../core/workload/workload.ts';
import { type Api, ApiError } from './api.ts';
import { namespacePath } from './api-path.ts';
import { clusterImagesIn } from './cluster-images.ts';
import { listPages } from './list-pages.ts';
import { bytesOfNamespace, namespaceOf } from './lookups.ts';
import { nodeGrowthIn } from './node-growth.ts';
import { type KeepTimes, onDemand, type ReadOptions } from './on-demand.ts';
import { placementObjectsOf } from './placement-objects.ts';
import { podAdmissionIn } from './pod-admission.ts';
import { type AppliedObjects, pullObjectsOf } from './pull-objects.ts';

export type NodesListed =
  | { readonly kind: 'listed'; readonly nodes: readonly Node[] }
  /** Others of its objects may be readable. */
  | { readonly kind: 'unlisted'; readonly why: string }
  /** Nothing can be read there, or not by us. */
  | { readonly kind: 'no-cluster'; readonly why: string };

export type ClusterSnapshot = {
  readonly worldOf: (workload: Workload, options: ReadOptions, applied: AppliedObjects) => Promise<World>;
  readonly namespaceNamed: (name: string, signal: AbortSignal) => Promise<NamespaceLookup>;
};

/** Enough for a page of 500 nodes over a slow line, and for somebody who waits at a terminal. */
const pageTimeoutMs = 30_000;
const requestTimeoutMs = 10_000;
/** Longer than any run. */
const wholeRunMs = 2 ** 31 - 1;
const keptForTheRun: KeepTimes = {
  keptMs: wholeRunMs,
  absenceKeptMs: wholeRunMs,
  failureKeptMs: wholeRunMs,
  requestTimeoutMs,
};

/** The first request of a run: it shows whether there is a cluster at all. */
export async function listNodes(api: Api, signal: AbortSignal, isSecondTry = false): Promise<NodesListed> {
  const share = sharedStrings();
  const nodes: Node[] = [];
  let isAnswering = false;
  const onPage = (objects: readonly unknown[]) => {
    isAnswering = true;
    for (const object of objects) {
      const parsed = parseNode(object, share);
      if (parsed.ok) nodes.push(parsed.node);
    }
  };
  try {
    await listPages(api, '/api/v1/nodes', { onPage, signal, pageTimeoutMs });
    return { kind: 'listed', nodes };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { status, message: why } = error;
    // 410 Gone: the first pages are too old by now to go on from them.
    if (status === 410 && !isSecondTry) return listNodes(api, signal, true);
    const isCluster = isAnswering || (status !== undefined && status !== 401 && status !== 404);
    return { kind: isCluster ? 'unlisted' : 'no-cluster', why };
  }
}

export function clusterSnapshot(api: Api, nodes: NodesListed): ClusterSnapshot {
  const namespaces = onDemand<NamespaceLookup>(api, { ...keptForTheRun, bytesOf: bytesOfNamespace });
  const readPullObjects = pullObjectsOf(api, keptForTheRun);
  const readImages = clusterImagesIn(api, requestTimeoutMs);
  const readGrowth = nodeGrowthIn(api, requestTimeoutMs);
  const readAdmission = podAdmissionIn(api, requestTimeoutMs);
  const listed = nodes.kind === 'listed' ? nodes.nodes : [];
  const namespaceNamed: ClusterSnapshot['namespaceNamed'] = async (name, signal) => {
    const path = namespacePath(name);
    return path === undefined ? { kind: 'absent' } : namespaces(path, namespaceOf, { signal, isLive: false });
  };
  const readPlacementObjects = placementObjectsOf(api, namespaceNamed, keptForTheRun);
  return {
    worldOf: async (workload, options, applied) => {
      const [objects, placement, images, growth, admission] = await Promise.all([
        readPullObjects(workload, options, applied),
        readPlacementObjects(workload, options),
        options.isLive ? readImages(listed, options.signal) : undefined,
        options.isLive ? readGrowth(options.signal) : undefined,
        options.isLive ? readAdmission(workload, options.signal) : undefined,
      ]);
      return {
        nodes: nodes.kind === 'listed' ? { kind: 'nodes', nodes: listed } : { kind: 'unknown' },
        ...objects,
        ...placement,
        ...(images && { images }),
        ...(growth && { growth }),
        ...(admission && { admission }),
      };
    },
    namespaceNamed,
  };
}
