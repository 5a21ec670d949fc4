/**
 * The kubelet's own look at a Pod that was given to it, before it pulls anything: pkg/kubelet/lifecycle/predicate.go.
 * Left out: resources, ports, and the Pod's own label `kubernetes.io/os`, which is no part of its spec.
 */
import type { Node } from './node.ts';
import { meetsRequirements, type NodeRequirements } from './node-affinity.ts';
import { type FeatureGates, type Toleration, toleratesTaint } from './toleration.ts';

/** The reason that the rejected Pod's status shows. */
export type RefusalReason = 'PodOSNotSupported' | 'NodeAffinity' | 'TaintToleration';

/** What a kubelet looks at. */
export type PodDemands = {
  readonly requirements: NodeRequirements;
  readonly tolerations: readonly Toleration[];
  readonly os?: string;
  readonly gates: FeatureGates;
};

/** Why the kubelet of this node turns the Pod away; undefined when it does not, or when the node does not tell enough. */
export function refusalOf(node: Node, { requirements, tolerations, os, gates }: PodDemands): RefusalReason | undefined {
  if (os !== undefined && node.os !== undefined && os !== node.os) return 'PodOSNotSupported';
  if (!meetsOnNode(node, requirements)) return 'NodeAffinity';
  const isEvicted = node.taints.some(
    (taint) => taint.effect === 'NoExecute' && !toleratesTaint(tolerations, taint, gates),
  );
  return isEvicted ? 'TaintToleration' : undefined;
}

/**
 * The kubelet corrects the label `kubernetes.io/os` in its copy of the node, unless the node has no labels at all, and
 * looks again at the node as it is when only labels stood in the way: either view may let the Pod in.
 */
function meetsOnNode(node: Node, requirements: NodeRequirements): boolean {
  if (meetsRequirements(node, requirements)) return true;
  if (node.labels.size === 0) return false;
  const systems = node.os === undefined ? ['linux', 'windows'] : [node.os];
  return systems.some((os) =>
    meetsRequirements({ name: node.name, labels: new Map(node.labels).set('kubernetes.io/os', os) }, requirements),
  );
}
