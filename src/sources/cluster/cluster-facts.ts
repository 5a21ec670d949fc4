/** The cluster in the words of the core: Nodes and Namespaces as they are watched, accounts and Secrets as they are needed. */
import { type Node, parseNode } from '../../core/node/node.ts';
import { sharedStrings } from '../../core/node/shared-strings.ts';
import { type Namespace, type NamespaceLookup, parseNamespace } from '../../core/object/namespace.ts';
import type { NodesSeen, World } from '../../core/pull/world.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { Api } from './api.ts';
import { namespacePath } from './api-path.ts';
import { clusterImagesIn } from './cluster-images.ts';
import { bytesOfNamespace, namespaceOf } from './lookups.ts';
import { nodeGrowthIn } from './node-growth.ts';
import { type KeepTimes, onDemand, type ReadOptions } from './on-demand.ts';
import { placementObjectsOf } from './placement-objects.ts';
import { podAdmissionIn } from './pod-admission.ts';
import { pullObjectsOf } from './pull-objects.ts';
import { type Reflected, reflect } from './reflect.ts';

export type ClusterSource = {
  readonly worldOf: (workload: Workload, options: ReadOptions) => Promise<World>;
  readonly namespaceNamed: (name: string, signal: AbortSignal) => Promise<NamespaceLookup>;
  /** The kinds that could not be listed yet. */
  readonly notSynced: () => readonly string[];
  /** Milliseconds since each kind was last heard of. */
  readonly ages: () => ReadonlyMap<string, number>;
};

export type ClusterSettings = {
  /** Once for each reason, not for each attempt. */
  readonly onTrouble: (kind: string, reason: string) => void;
  readonly onRecovered: (kind: string) => void;
  readonly signal: AbortSignal;
};

/** With long lists of images a node has some 25 KB: a page is in memory as a whole, and no review is answered while it is parsed. */
const nodesPerPage = 25;

/** A label that was set has to count for what is applied next. */
const labelsKept: KeepTimes = { keptMs: 1_000, absenceKeptMs: 1_000 };

export function watchCluster(api: Api, { onTrouble, onRecovered, signal }: ClusterSettings): ClusterSource {
  const share = sharedStrings();
  const nodes = reflect<Node>(api, {
    path: '/api/v1/nodes',
    pageSize: nodesPerPage,
    parse: (object) => {
      const parsed = parseNode(object, share);
      return parsed.ok ? { name: parsed.node.name, item: parsed.node } : undefined;
    },
    onTrouble: (reason) => onTrouble('nodes', reason),
    onRecovered: () => onRecovered('nodes'),
    signal,
  });
  const namespaces = reflect<Namespace>(api, {
    path: '/api/v1/namespaces',
    parse: (object) => {
      const parsed = parseNamespace(object);
      return parsed.ok ? { name: parsed.namespace.name, item: parsed.namespace } : undefined;
    },
    onTrouble: (reason) => onTrouble('namespaces', reason),
    onRecovered: () => onRecovered('namespaces'),
    signal,
  });
  const readPullObjects = pullObjectsOf(api);
  const readNamespace = onDemand<NamespaceLookup>(api, { bytesOf: bytesOfNamespace, ...labelsKept });
  const watched: readonly (readonly [string, Reflected<unknown>])[] = [
    ['nodes', nodes],
    ['namespaces', namespaces],
  ];
  const readImages = clusterImagesIn(api);
  const readGrowth = nodeGrowthIn(api);
  const readAdmission = podAdmissionIn(api);
  const nodesSeen = (): NodesSeen => {
    if (!nodes.isSynced()) return { kind: 'unknown' };
    return { kind: 'nodes', nodes: nodes.list, ...(!nodes.isCurrent() && { isStale: true }) };
  };
  const namespaceNamed: ClusterSource['namespaceNamed'] = async (name, ends) => {
    const known = namespaces.items.get(name);
    if (known !== undefined && namespaces.isCurrent()) return { kind: 'found', namespace: known };
    // It may have been created a moment ago, or the list is not here yet, or nobody tells what has changed since.
    const path = namespacePath(name);
    if (path === undefined) return { kind: 'absent' };
    const read = await readNamespace(path, namespaceOf, { signal: ends, isLive: false });
    return read.kind === 'unknown' && known !== undefined ? { kind: 'found', namespace: known, isStale: true } : read;
  };
  const readPlacementObjects = placementObjectsOf(api, namespaceNamed);
  return {
    worldOf: async (workload, options) => {
      const [objects, placement, images, growth, admission] = await Promise.all([
        readPullObjects(workload, options),
        readPlacementObjects(workload, options),
        options.isLive ? readImages(nodes.list, options.signal) : undefined,
        options.isLive ? readGrowth(options.signal) : undefined,
        options.isLive ? readAdmission(workload, options.signal) : undefined,
      ]);
      return {
        nodes: nodesSeen(),
        ...objects,
        ...placement,
        ...(images && { images }),
        ...(growth && { growth }),
        ...(admission && { admission }),
      };
    },
    namespaceNamed,
    notSynced: () => watched.filter(([, kind]) => !kind.isSynced()).map(([name]) => name),
    ages: () => new Map(watched.map(([name, kind]) => [name, kind.ageMs()])),
  };
}
