/** Groups of candidate nodes, and the ways in which each may pull. */
import { type ContainerdVersion, type Puller, pullersOf } from '../content/puller.ts';
import type { Platform } from '../image/platform.ts';
import { assumedNodes } from '../node/assumed-nodes.ts';
import {
  type CandidateNodes,
  candidateNodesOf,
  type PlacementDoubt,
  type PlacementOwner,
} from '../node/candidate-nodes.ts';
import { assumedNodeGroups, type NodeGroup, nodeGroupsOf } from '../node/node-group.ts';
import { podPlacementOf } from '../node/pod-placement.ts';
import type { ContainerRuntime } from '../node/runtime.ts';
import type { Viewer } from '../registry/inspect.ts';
import type { Workload } from '../workload/workload.ts';
import type { World } from './world.ts';

export type GroupViews = {
  /** Absent where nothing is known of the nodes. */
  readonly group?: NodeGroup;
  /** How it most likely pulls first, then what else is possible for all that the API shows. Empty where the platform is unknown. */
  readonly viewers: readonly Viewer[];
  /** The ways of its runtime alone, whatever its platform: endpoints depend on them. */
  readonly pullers: readonly [Puller, ...Puller[]];
};

export type Candidates =
  | {
      readonly kind: 'groups';
      readonly groups: readonly [GroupViews, ...GroupViews[]];
      readonly doubts: readonly PlacementDoubt[];
      readonly nodes?: CandidateNodes['nodes'];
      readonly keptAway: CandidateNodes['keptAway'];
    }
  /** No node is a candidate now, or nothing is known of the nodes: existence and credentials can still be judged. */
  | {
      readonly kind: 'none';
      readonly why: 'no-candidate' | 'no-nodes-known';
      readonly doubts: readonly PlacementDoubt[];
    };

/** `isAdmitted`: the object went through admission, which adds tolerations and selectors. */
export function candidatesOf(workload: Workload, world: PlacementWorld, isAdmitted: boolean): Candidates {
  const { nodes, runtimeClass, namespaceDefaults } = world;
  if (nodes.kind === 'unknown') return { kind: 'none', why: 'no-nodes-known', doubts: [] };
  const owner = ownerOf(workload, isAdmitted);
  const { requests } = workload;
  const additions = {
    requests,
    ...(runtimeClass && { runtimeClass }),
    ...(namespaceDefaults && { namespaceDefaults }),
  };
  const { placement, doubts } =
    owner === 'Pod' ? { placement: workload.placement, doubts: [] } : podPlacementOf(workload.placement, additions);
  if (nodes.kind === 'platforms') {
    const assumed = assumedNodes(nodes.platforms, placement.nodeName ?? '');
    const found = candidateNodesOf(placement, owner, assumed);
    // Nobody has told which runtime they have, so that it cannot be another one than usual.
    const others = found.doubts.filter(({ kind }) => kind !== 'unknown-runtime');
    return grouped(assumedNodeGroups(found.nodes), [...others, ...doubts], {});
  }
  const found = candidateNodesOf(placement, owner, nodes.nodes);
  const stale: readonly PlacementDoubt[] = nodes.isStale ? [{ kind: 'stale-nodes' }] : [];
  return grouped(nodeGroupsOf(found.nodes), [...found.doubts, ...doubts, ...stale], found);
}

/** What of the world decides where Pods land. */
export type PlacementWorld = Pick<World, 'nodes' | 'runtimeClass' | 'namespaceDefaults'>;

function grouped(
  groups: readonly NodeGroup[],
  doubts: readonly PlacementDoubt[],
  { nodes, keptAway }: Partial<Pick<CandidateNodes, 'nodes' | 'keptAway'>>,
): Candidates {
  const [first, ...rest] = groups.map(viewsOf);
  if (first === undefined) return { kind: 'none', why: 'no-candidate', doubts };
  return {
    kind: 'groups',
    groups: [first, ...rest],
    doubts,
    keptAway: keptAway ?? [],
    ...(nodes && { nodes }),
  };
}

function ownerOf({ kind, form }: Workload, isAdmitted: boolean): PlacementOwner {
  if (kind === 'DaemonSet') return 'DaemonSet';
  return form === 'pod' && isAdmitted ? 'Pod' : 'Template';
}

function viewsOf(group: NodeGroup): GroupViews {
  const pullers = pullersOf(versionOf(group.runtime));
  const platforms = group.platform.kind === 'known' ? platformsOf(group.platform.platform) : [];
  const viewers = platforms.flatMap((platform) => pullers.map((puller) => ({ platform, puller })));
  return { group, viewers, pullers };
}

function versionOf(runtime: ContainerRuntime): ContainerdVersion | undefined {
  return runtime.kind === 'containerd' ? runtime : undefined;
}

/** The variant of an ARM node is not in the API: v7 is usual, and what the others would do must not be forgotten (pull-semantics 5.3). */
function platformsOf(platform: Platform): readonly Platform[] {
  if (platform.architecture !== 'arm' || platform.variant !== undefined) return [platform];
  return ['v7', 'v8', 'v6', 'v5'].map((variant) => ({ ...platform, variant }));
}
