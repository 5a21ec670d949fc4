/** Why a finding about the platform may not hold for a node that is not there yet (contract §3, C21). */
import { formatPlatform, type Platform } from '../image/platform.ts';
import { mayRunOn, platformsThatFit } from '../node/needed-platforms.ts';
import type { Node } from '../node/node.ts';
import { claimedDevices, lackingOn } from '../node/resources.ts';
import type { Scaler } from '../node/scaler.ts';
import type { Candidates } from '../pull/node-views.ts';
import type { Assumptions } from '../pull/settings.ts';
import type { NodeGrowth } from '../pull/world.ts';
import type { Workload } from '../workload/workload.ts';
import type { FindingDetail } from './finding.ts';
import { isAboutPlatform } from './unsettled-placement.ts';

export type GrowthSeen = {
  readonly workload: Pick<Workload, 'placement' | 'requests'>;
  readonly candidates: Candidates;
  /** All nodes, candidates or not; absent where no Node object is known. */
  readonly nodes: readonly Node[] | undefined;
  readonly growth: NodeGrowth | undefined;
  readonly assumed: Assumptions['nodes'];
  /** `nodes.platforms`: those that nodes may ever have; absent where nobody said. */
  readonly nodePlatforms: readonly Platform[] | undefined;
};

export type NewNodes = {
  /** Why a node may come that could take the Pod. */
  readonly doubt?: string;
  /** What was assumed, as `assuming` has it. */
  readonly assumed: string;
};

/** Undefined for findings that do not depend on which nodes there are, and where the nodes were only named by platform. */
export function newNodesOf(detail: FindingDetail, seen: GrowthSeen): NewNodes | undefined {
  const { workload, nodes, growth, assumed, nodePlatforms } = seen;
  if (nodes === undefined || !isAboutPlatform(detail)) return undefined;
  if (workload.placement.nodeName !== undefined) return undefined;
  if (assumed === 'fixed') return { assumed: 'nodes=fixed' };
  const offers = detail.code === 'no-matching-platform' ? detail.offers : [];
  const fitting = platformsThatFit(offers, workload.placement);
  if (offers.length > 0 && fitting.length === 0) return { assumed: 'nodes=unknown (no new node could run it)' };
  const wanted = fitting.filter((offer) => nodePlatforms?.some((platform) => mayRunOn(offer, platform)) ?? true);
  if (fitting.length > 0 && wanted.length === 0)
    return { assumed: `nodes.platforms=${nodePlatforms?.map(formatPlatform).join(',')}` };
  const scalers = scalersIn(nodes, growth);
  const relevant = scalers.filter(({ program }) => program !== 'karpenter' || mayBring(growth, wanted));
  const doubt = doubtOf(relevant, wanted, seen);
  return {
    assumed: `nodes=unknown (${assumedText(scalers, relevant, growth)})`,
    ...(doubt !== undefined && { doubt }),
  };
}

function mayBring(growth: NodeGrowth | undefined, wanted: readonly Platform[]): boolean {
  const pools = growth?.pools;
  return pools === undefined || wanted.length === 0 || pools.some((pool) => pool.allows(wanted));
}

function assumedText(all: readonly Scaler[], relevant: readonly Scaler[], growth: NodeGrowth | undefined): string {
  const [first] = relevant;
  const seen = first?.what ?? (all.length > 0 ? 'no NodePool allows a node that could run it' : 'no autoscaler seen');
  return [seen, ...(growth?.unseen === undefined ? [] : [growth.unseen])].join('; ');
}

function doubtOf([scaler]: readonly Scaler[], wanted: readonly Platform[], seen: GrowthSeen): string | undefined {
  const node = wanted.length === 0 ? 'another node' : `a ${wanted.slice(0, 3).map(formatPlatform).join(' or ')} node`;
  const remedy =
    seen.nodePlatforms === undefined
      ? 'nodes.platforms, or nodes: fixed, would make it certain'
      : 'nodes: fixed would make it certain';
  if (scaler !== undefined) return `new nodes may come (${scaler.what}), and ${node} could run the image; ${remedy}`;
  if (seen.growth?.hasFailed)
    return `an autoscaler may add nodes (the API server gave no answer), and ${node} could run the image; ${remedy}`;
  const lack = lackIn(seen);
  return lack === undefined ? undefined : `${lack}, so a node may be added, and ${node} could run the image; ${remedy}`;
}

/** Why the Pod fits on no candidate as it is, even if nothing else ran there. */
function lackIn({ candidates, workload }: GrowthSeen): string | undefined {
  const nodes = candidates.kind === 'groups' ? (candidates.nodes ?? []) : [];
  if (nodes.length === 0) return undefined;
  const ready = nodes.filter(({ isReady }) => isReady);
  if (ready.length === 0) return 'no candidate node is ready';
  const lacking = ready.map(({ allocatable }) => lackingOn(allocatable, workload.requests));
  if (lacking.some((names) => names.length === 0)) return undefined;
  const listed = lacking.map((names) => names.filter((name) => name !== claimedDevices));
  if (listed.some((names) => names.length === 0))
    return 'no candidate node lists the devices for the resourceClaims of the Pod';
  const names = [...new Set(listed.flat())].toSorted();
  return `no candidate node has enough ${names.slice(0, 3).join(', ')} for the Pod`;
}

/** Objects first, then the first node by name: the same world is told in the same words. */
function scalersIn(nodes: readonly Node[], growth: NodeGrowth | undefined): readonly Scaler[] {
  const ofNodes = new Map<Scaler['program'], { readonly name: string; readonly scaler: Scaler }>();
  for (const { name, signs } of nodes) {
    if (signs.scaler === undefined) continue;
    const known = ofNodes.get(signs.scaler.program);
    if (known === undefined || name < known.name) ofNodes.set(signs.scaler.program, { name, scaler: signs.scaler });
  }
  const byNode = [...ofNodes.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return [
    ...(growth?.scalers ?? []),
    ...byNode.map(({ name, scaler }) => ({ ...scaler, what: `node ${name} ${scaler.what}` })),
  ];
}
