/**
 * A slow and simple kubelet, scheduler and containerd for random worlds. It shares no line with pullgate: it is written from
 * what Kubernetes documents, and knows what no input shows.
 */
import { type Asker, behaviourNamed } from './behaviours.ts';
import type { RandomNode, Steering, World } from './world.ts';

/** Whether some node on which the Pod can land pulls this image, now or after trouble has passed. */
export function pulls(world: World, repository: string): boolean {
  return landingNodes(world).some((node) => isThere(world, node) || getsIt(world, repository, node));
}

type Landing = Pick<RandomNode, 'architecture' | 'sign' | 'reports'>;

function landingNodes(world: World): readonly Landing[] {
  const { nodes, spec, namespace, runtimeClass, hidden } = world;
  const steerings: readonly Steering[] = [spec, namespace, runtimeClass].filter((one) => one !== undefined);
  const wanted = steerings.flatMap(({ pool }) => (pool === undefined ? [] : [pool]));
  const tolerated = new Set(steerings.flatMap(({ tolerates }) => tolerates));
  // Two selectors that contradict each other are refused by the API server: such a Pod never exists.
  if (new Set(wanted).size > 1) return [];
  const isAllowed = (node: RandomNode) =>
    !node.isCordoned &&
    wanted.every((pool) => node.pool === pool) &&
    (spec.architecture === undefined || node.architecture === spec.architecture) &&
    (!node.isTainted || node.pool === undefined || tolerated.has(node.pool)) &&
    (!node.hasGpu || (spec.wantsGpu && hidden.toleratesResources));
  const fitting = nodes.filter((node) => isAllowed(node) && !spec.isHuge && (!spec.wantsGpu || node.hasGpu));
  if (fitting.length > 0 || hidden.autoscales === undefined) return fitting;
  // A node group has the labels and taints that the Pod asks for, where somebody made one for it.
  const isPossible = spec.architecture === undefined || spec.architecture === hidden.autoscales;
  return isPossible && isTooBig(world) ? [{ architecture: hidden.autoscales, sign: 'none', reports: false }] : [];
}

/** What an autoscaler brings a node for: a Pod that its owner meant to run, and that fits on none of today's. */
function isTooBig({ spec }: World): boolean {
  return spec.isHuge || spec.wantsGpu;
}

/** What was loaded into a node of kind is what the registry has, or had. */
function isThere({ spec, content, hidden }: World, { architecture, sign, reports }: Landing): boolean {
  if (spec.pullPolicy !== 'IfNotPresent') return false;
  const runsHere = content.kind !== 'index' || content.architectures.includes(architecture);
  return reports || (sign === 'kind' && hidden.isLoaded && runsHere);
}

function getsIt(world: World, repository: string, { architecture, sign }: Landing): boolean {
  const { content, hidden } = world;
  const behaviour = behaviourNamed(world.behaviour);
  if (behaviour.heals === true) return true;
  // Another node that has it gives it away, whatever the registry says.
  const hasPeer = sign === 'k3s-peers' && hidden.hasPeers;
  if (content.kind === 'gone') return hasPeer;
  // containerd takes a single manifest as it is, whatever it was built for.
  if (content.kind === 'index' && !content.architectures.includes(architecture)) return false;
  return hasPeer || askersOf(world).some((asker) => behaviour.serves(asker, repository));
}

/** The kubelet tries every login that it has, and goes without only if it has none. */
function askersOf({ secrets, account, hidden }: World): readonly Asker[] {
  const own = secrets.flatMap((state): readonly Asker[] => {
    if (state === 'for another registry') return [];
    return state === 'wrong' ? ['wrong'] : ['right'];
  });
  // Admission copies those of the account into Pods that list none.
  const copied: readonly Asker[] = secrets.length === 0 && account !== 'in the input' ? ['right'] : [];
  const all = [...own, ...copied, ...(hidden.nodesLogIn ? (['right'] as const) : [])];
  return all.length === 0 ? ['nobody'] : all;
}
