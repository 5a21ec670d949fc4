/**
 * On which nodes a Pod may land, by what its spec and the nodes say: the filters NodeName, NodeUnschedulable,
 * TaintToleration and NodeAffinity of the scheduler, or the DaemonSet controller, and then the kubelet. Resources, ports,
 * volumes, spread and affinity to other Pods are not looked at, so that the answer is a superset of the feasible nodes:
 * the safe side for "fails on every candidate".
 */
import { admissionTolerations, daemonSetTolerations } from './added-tolerations.ts';
import { type PodDemands, type RefusalReason, refusalOf } from './kubelet-admission.ts';
import type { Node } from './node.ts';
import { meetsRequirements, nodeRequirementsOf } from './node-affinity.ts';
import { type NodeSample, nodeSampleOf } from './node-sample.ts';
import { defaultSchedulerName, type Placement } from './placement.ts';
import { boundedPlacement } from './placement-limits.ts';
import type { AdmissionDoubt } from './pod-placement.ts';
import { type FeatureGates, type Taint, type Toleration, toleratesTaint } from './toleration.ts';

/**
 * Whose spec it is. `Pod`: one that went through admission. `Template`: of any workload but a DaemonSet, or of a Pod
 * that no API server has seen yet, so that admission will still add to it.
 */
export type PlacementOwner = 'Pod' | 'DaemonSet' | 'Template';

export type CandidateNodes = {
  /** Where the Pod may land and be pulled for, in the order given. */
  readonly nodes: readonly Node[];
  /** Where it may land only to be turned away before any pull. */
  readonly refused: readonly { readonly node: Node; readonly reason: RefusalReason }[];
  /** Where only taints or a cordon keep the Pods of a template away, which admission or a person may change. */
  readonly keptAway: readonly Node[];
  /** Why the list proves nothing, or not everything. */
  readonly doubts: readonly PlacementDoubt[];
};

export type PlacementDoubt =
  /** Nothing is known about the node that will pull: an autoscaler may bring one, a cordon may be lifted. */
  | { readonly kind: 'no-candidate-nodes' }
  /** Another scheduler places by rules of its own. */
  | { readonly kind: 'other-scheduler'; readonly schedulerName: string }
  /** There is more affinity or toleration than is read; the nodes are those that the rest allows. */
  | { readonly kind: 'unread-constraints' }
  /** Somebody will lift the gates, and may narrow the placement before. */
  | { readonly kind: 'scheduling-gates' }
  | AdmissionDoubt
  /** A provider's back end pulls. */
  | { readonly kind: 'virtual-kubelet'; readonly nodes: NodeSample }
  /** Another runtime than containerd pulls. */
  | { readonly kind: 'other-runtime'; readonly nodes: NodeSample }
  /** They do not say which runtime pulls. */
  | { readonly kind: 'unknown-runtime'; readonly nodes: NodeSample }
  /** The list itself is old: nodes may have come since, or have other labels or taints. */
  | { readonly kind: 'stale-nodes' };

/** What a cluster has switched on if nobody says otherwise. */
const defaultGates: FeatureGates = { taintTolerationComparisonOperators: false };

export function candidateNodesOf(
  written: Placement,
  owner: PlacementOwner,
  nodes: readonly Node[],
  gates: FeatureGates = defaultGates,
): CandidateNodes {
  const placement = boundedPlacement(written);
  const { os } = placement;
  const tolerations = [...placement.tolerations, ...addedTolerations[owner](placement)];
  const demands = {
    requirements: nodeRequirementsOf(placement),
    tolerations,
    ...(os === undefined ? {} : { os }),
    gates,
  };
  const allows = allowing(placement, owner, demands);
  const candidates: Node[] = [];
  const refused: { node: Node; reason: RefusalReason }[] = [];
  const keptAway: Node[] = [];
  const mayBeTolerated = owner !== 'Pod' && placement.nodeName === undefined;
  for (const node of nodes) {
    if (!allows(node)) {
      if (mayBeTolerated && refusalOf(node, withoutTaints(demands)) === undefined) keptAway.push(node);
      continue;
    }
    const reason = refusalOf(node, demands);
    if (reason === undefined) candidates.push(node);
    else refused.push({ node, reason });
  }
  const unread: readonly PlacementDoubt[] = placement === written ? [] : [{ kind: 'unread-constraints' }];
  return {
    nodes: candidates,
    refused,
    keptAway,
    doubts: [...unread, ...placementDoubts(placement), ...nodeDoubts(candidates)],
  };
}

function withoutTaints(demands: PodDemands): PodDemands {
  return { ...demands, tolerations: [{ key: '', operator: 'Exists', value: '', effect: '' }] };
}

/** What a spec of this owner will tolerate beyond what it says by the time it is placed. */
const addedTolerations: { readonly [Owner in PlacementOwner]: (placement: Placement) => readonly Toleration[] } = {
  Pod: () => [],
  DaemonSet: daemonSetTolerations,
  Template: admissionTolerations,
};

/** The rule by which a Pod comes to a node. */
function allowing({ nodeName }: Placement, owner: PlacementOwner, demands: PodDemands): (node: Node) => boolean {
  // pkg/controller/daemon, NodeShouldRunDaemonPod: a cordon counts only by its taint, which is tolerated.
  if (owner === 'DaemonSet') return (node) => (nodeName === undefined || node.name === nodeName) && fits(node, demands);
  // A Pod with a nodeName is bound already: no scheduler asks about taints, labels or cordons.
  if (nodeName !== undefined) return (node) => node.name === nodeName;
  return (node) => isSchedulable(node, demands) && fits(node, demands);
}

function fits(node: Node, { requirements, tolerations, gates }: PodDemands): boolean {
  return (
    node.taints.every((taint) => !keepsAway(taint) || toleratesTaint(tolerations, taint, gates)) &&
    meetsRequirements(node, requirements)
  );
}

function keepsAway({ effect }: Taint): boolean {
  return effect === 'NoSchedule' || effect === 'NoExecute';
}

const cordon: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };

/** A cordoned node may not have its taint yet. */
function isSchedulable(node: Node, { tolerations, gates }: PodDemands): boolean {
  return !node.isUnschedulable || toleratesTaint(tolerations, cordon, gates);
}

function placementDoubts({ nodeName, schedulerName, hasSchedulingGates }: Placement): readonly PlacementDoubt[] {
  if (nodeName !== undefined) return [];
  const doubts: PlacementDoubt[] = [];
  if (schedulerName !== defaultSchedulerName) doubts.push({ kind: 'other-scheduler', schedulerName });
  if (hasSchedulingGates) doubts.push({ kind: 'scheduling-gates' });
  return doubts;
}

function nodeDoubts(candidates: readonly Node[]): readonly PlacementDoubt[] {
  if (candidates.length === 0) return [{ kind: 'no-candidate-nodes' }];
  const doubts: PlacementDoubt[] = [];
  const virtual = candidates.filter(({ isVirtualKubelet }) => isVirtualKubelet);
  if (virtual.length > 0) doubts.push({ kind: 'virtual-kubelet', nodes: nodeSampleOf(virtual) });
  const real = candidates.filter(({ isVirtualKubelet }) => !isVirtualKubelet);
  const others = real.filter(({ runtime }) => runtime.kind === 'other');
  if (others.length > 0) doubts.push({ kind: 'other-runtime', nodes: nodeSampleOf(others) });
  const silent = real.filter(({ runtime }) => runtime.kind === 'unknown');
  if (silent.length > 0) doubts.push({ kind: 'unknown-runtime', nodes: nodeSampleOf(silent) });
  return doubts;
}
