import type { Platform } from '../image/platform.ts';
import { type Node, type NodeKind, nodeKindKey } from './node.ts';
import { type NodeSample, nodeSampleOf } from './node-sample.ts';

/** Candidates that are judged alike, once for all of them. */
export type NodeGroup = NodeKind & {
  readonly members:
    | { readonly kind: 'nodes'; readonly nodes: NodeSample }
    /** Somebody said that there are such nodes; no Node object was seen. */
    | { readonly kind: 'assumed' };
};

/** Groups in an order that does not depend on the order of the nodes. */
export function nodeGroupsOf(nodes: readonly Node[]): readonly NodeGroup[] {
  const byKind = new Map<string, Node[]>();
  for (const node of nodes) {
    const alike = byKind.get(node.kindKey);
    if (alike === undefined) byKind.set(node.kindKey, [node]);
    else alike.push(node);
  }
  return Array.from(byKind)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, alike]) => groupOf(alike));
}

function groupOf(alike: readonly Node[]): readonly NodeGroup[] {
  const [first] = alike;
  if (first === undefined) return [];
  const { platform, runtime, kubelet, isVirtualKubelet } = first;
  return [{ platform, runtime, kubelet, isVirtualKubelet, members: { kind: 'nodes', nodes: nodeSampleOf(alike) } }];
}

/** Groups for platforms that were named instead of nodes: what runs there is unknown. Order as given, each once. */
export function assumedNodeGroups(platforms: readonly Platform[]): readonly NodeGroup[] {
  const groups = new Map<string, NodeGroup>();
  for (const platform of platforms) {
    const kind: NodeKind = {
      platform: { kind: 'known', platform },
      runtime: { kind: 'unknown' },
      kubelet: { kind: 'unknown' },
      isVirtualKubelet: false,
    };
    groups.set(nodeKindKey(kind), { ...kind, members: { kind: 'assumed' } });
  }
  return [...groups.values()];
}
