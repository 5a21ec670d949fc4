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
import type { Node } from '../node/node.ts';
import { assumedNodeGroups, type NodeGroup, nodeGroupsOf } from '../node/node-group.ts';
import type { Placement } from '../node/placement.ts';
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
    const { platforms } = nodes;
    const landing = knownLanding(platforms, owner, placement, () => landAssumed(placement, owner, platforms));
    return candidatesIn(landing, doubts);
  }
  const landing = knownLanding(nodes.nodes, owner, placement, () => land(placement, owner, nodes.nodes));
  return candidatesIn(landing, nodes.isStale ? [...doubts, { kind: 'stale-nodes' }] : doubts);
}

/** What of the world decides where Pods land. */
export type PlacementWorld = Pick<World, 'nodes' | 'runtimeClass' | 'namespaceDefaults'>;

/** Where Pods land that are placed by the same words. */
type PlacementResult = {
  readonly groups: readonly GroupViews[];
  readonly doubts: readonly PlacementDoubt[];
  readonly keptAway: CandidateNodes['keptAway'];
  /** Absent where they are assumed. */
  readonly nodes?: readonly Node[];
};

function land(placement: Placement, owner: PlacementOwner, nodes: readonly Node[]): PlacementResult {
  const { refused: _refused, ...found } = candidateNodesOf(placement, owner, nodes);
  return { ...found, groups: nodeGroupsOf(found.nodes).map(viewsOf) };
}

function landAssumed(placement: Placement, owner: PlacementOwner, platforms: readonly Platform[]): PlacementResult {
  const found = candidateNodesOf(placement, owner, assumedNodes(platforms));
  // Nobody has told which runtime they have, so that it cannot be another one than usual.
  const doubts = found.doubts.filter(({ kind }) => kind !== 'unknown-runtime');
  return { groups: assumedNodeGroups(found.nodes).map(viewsOf), doubts, keptAway: [] };
}

function candidatesIn(
  { groups, doubts, keptAway, nodes }: PlacementResult,
  others: readonly PlacementDoubt[],
): Candidates {
  const all = [...doubts, ...others];
  if (!isSome(groups)) return { kind: 'none', why: 'no-candidate', doubts: all };
  return { kind: 'groups', groups, doubts: all, keptAway, ...(nodes && { nodes }) };
}

function isSome(groups: readonly GroupViews[]): groups is readonly [GroupViews, ...GroupViews[]] {
  return groups.length > 0;
}

/**
 * Thousands of Pods are placed by the same few words on the same nodes. As long as the list of nodes is the same one, it is
 * found once where they land, and told by the same objects: what follows from those is remembered elsewhere.
 */
const landings = new WeakMap<object, Map<string, PlacementResult>>();
const mostLandings = 500;
const longestWords = 4_000;

function knownLanding(
  nodes: object,
  owner: PlacementOwner,
  placement: Placement,
  find: () => PlacementResult,
): PlacementResult {
  const known = landings.get(nodes) ?? new Map<string, PlacementResult>();
  landings.set(nodes, known);
  const words = wordsOf(owner, placement);
  const landing = known.get(words);
  if (landing !== undefined) return landing;
  const found = find();
  if (words.length > longestWords) return found;
  if (known.size >= mostLandings) known.clear();
  known.set(words, found);
  return found;
}

function wordsOf(owner: PlacementOwner, { nodeSelector, ...rest }: Placement): string {
  const plain: Plain = rest;
  return JSON.stringify([owner, [...nodeSelector], plain]);
}

/** What JSON tells apart. */
type Plain = string | number | boolean | undefined | readonly Plain[] | { readonly [member: string]: Plain };

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
