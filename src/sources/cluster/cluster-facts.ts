/** The cluster in the words of the core: Nodes and Namespaces as they are watched, accounts and Secrets as they are needed. */
import { type Node, parseNode } from '../../core/node/node.ts';
import { sharedStrings } from '../../core/node/shared-strings.ts';
import { type Namespace, parseNamespace } from '../../core/object/namespace.ts';
import type { World } from '../../core/pull/world.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { Api } from './api.ts';
import { onDemand, type ReadOptions } from './on-demand.ts';
import { pullObjectsOf } from './pull-objects.ts';
import { type Reflected, reflect } from './reflect.ts';

export type ClusterSource = {
  readonly worldOf: (workload: Workload, options: ReadOptions) => Promise<World>;
  readonly namespaceNamed: (name: string, signal: AbortSignal) => Promise<Namespace | undefined>;
  /** The kinds that could not be listed yet. */
  readonly notSynced: () => readonly string[];
  /** Milliseconds since each kind was last heard of. */
  readonly ages: () => ReadonlyMap<string, number>;
};

export type ClusterSettings = {
  readonly onTrouble: (kind: string, reason: string) => void;
  readonly signal: AbortSignal;
};

export function watchCluster(api: Api, { onTrouble, signal }: ClusterSettings): ClusterSource {
  const share = sharedStrings();
  const nodes = reflect<Node>(api, {
    path: '/api/v1/nodes',
    parse: (object) => {
      const parsed = parseNode(object, share);
      return parsed.ok ? { name: parsed.node.name, item: parsed.node } : undefined;
    },
    onTrouble: (reason) => onTrouble('nodes', reason),
    signal,
  });
  const namespaces = reflect<Namespace>(api, {
    path: '/api/v1/namespaces',
    parse: (object) => {
      const parsed = parseNamespace(object);
      return parsed.ok ? { name: parsed.namespace.name, item: parsed.namespace } : undefined;
    },
    onTrouble: (reason) => onTrouble('namespaces', reason),
    signal,
  });
  const read = onDemand(api);
  const readPullObjects = pullObjectsOf(api);
  const watched: readonly (readonly [string, Reflected<unknown>])[] = [
    ['nodes', nodes],
    ['namespaces', namespaces],
  ];
  return {
    worldOf: async (workload, options) => ({
      nodes: nodes.isSynced() ? { kind: 'nodes', nodes: [...nodes.items.values()] } : { kind: 'unknown' },
      ...(await readPullObjects(workload, options)),
    }),
    namespaceNamed: async (name, ends) => {
      const known = namespaces.items.get(name);
      if (known !== undefined) return known;
      // It may have been created a moment ago, or the list is not here yet.
      const answer = await read(`/api/v1/namespaces/${encodeURIComponent(name)}`, { signal: ends, isLive: false });
      const parsed = answer.kind === 'ok' ? parseNamespace(answer.value) : undefined;
      return parsed?.ok === true ? parsed.namespace : undefined;
    },
    notSynced: () => watched.filter(([, kind]) => !kind.isSynced()).map(([name]) => name),
    ages: () => new Map(watched.map(([name, kind]) => [name, kind.ageMs()])),
  };
}
