import type { Node, NodeKind } from './node.ts';
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

/** Groups for nodes that were only assumed (`assumedNodes`), each kind once, in the order given. */
export function assumedNodeGroups(nodes: readonly Node[]): readonly NodeGroup[] {
  const byKind = new Map(nodes.map((node) => [node.kindKey, node]));
  return Array.from(byKind.values(), ({ platform, runtime, kubelet, isVirtualKubelet }) => ({
    platform,
    runtime,
    kubelet,
    isVirtualKubelet,
    members: { kind: 'assumed' },
  }));
}
