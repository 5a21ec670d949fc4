/**
 * Whom a prediction is made about: one for each owner, not for each replica. It is the object highest above a Pod that has a
 * pod spec, for that is what Pods are made of again; where none is known the Pod speaks for all that were made like it.
 */

import { writtenImage } from '../workload/image-use.ts';
import type { OwnerReference, Workload } from '../workload/workload.ts';
import { type Owner, ownerKey, type RunningObjects, type RunningPod } from './running-objects.ts';

export type Subject = {
  readonly workload: Workload;
  /** At the top of its chain of owners, where that is another object. */
  readonly owner?: Pick<OwnerReference, 'apiVersion' | 'kind' | 'name'>;
  readonly pods: readonly RunningPod[];
  /** Pods of it with images that it does not name itself, and of these Pods those images alone. */
  readonly added: readonly Workload[];
  readonly createdAt: string;
  readonly createdBy: string;
};

/** Owners that something names and that were not read: what is above them is not known. */
export function unknownOwnersOf({ owners, pods }: RunningObjects): readonly OwnerReference[] {
  const named = [...owners.values(), ...pods].flatMap(({ namespace, controller }) => {
    const highest = chainAbove(namespace, controller, owners).at(-1);
    const above = highest === undefined ? controller : highest.controller;
    return above === undefined || owners.has(ownerKey('', above)) ? [] : [above];
  });
  return [...new Map(named.map((owner) => [`${owner.apiVersion}/${owner.kind}`, owner])).values()];
}

/** Sorted by namespace, kind and name. */
export function subjectsOf(running: RunningObjects): readonly Subject[] {
  const { owners } = running;
  const drafts = new Map<string, Draft>();
  for (const [key, owner] of owners) {
    const { workload } = owner;
    if (workload === undefined || hasWorkloadAbove(owner, owners)) continue;
    const { createdAt, createdBy } = owner;
    const top = owner.controller && topAbove(owner.namespace, owner.controller, owners);
    drafts.set(key, { workload, pods: [], createdAt, createdBy, ...(top && { owner: identityOf(top) }) });
  }
  for (const pod of running.pods) {
    const above = chainAbove(pod.namespace, pod.controller, owners);
    const highest = above.findLast(({ workload }) => workload !== undefined);
    const key = highest === undefined ? ownKey(pod) : ownerKey(highest.namespace, highest);
    const draft = drafts.get(key) ?? draftOf(pod, owners);
    draft.pods.push(pod);
    drafts.set(key, draft);
  }
  return [...drafts.values()].map((draft) => ({ ...draft, added: addedIn(draft) })).toSorted(byName);
}

type Draft = Omit<Subject, 'added' | 'pods'> & { readonly pods: RunningPod[] };

/** Longer chains are loops. */
const longestChain = 16;

/** From the next owner to the highest that is known. */
export function chainAbove(
  namespace: string,
  controller: OwnerReference | undefined,
  owners: ReadonlyMap<string, Owner>,
): readonly Owner[] {
  const chain: Owner[] = [];
  for (let next = controller; next !== undefined && chain.length < longestChain; ) {
    const reference = next;
    // An owner is in the namespace of what it owns, or in none.
    const owner = owners.get(ownerKey(namespace, reference)) ?? owners.get(ownerKey('', reference));
    if (owner === undefined) break;
    chain.push(owner);
    next = owner.controller;
  }
  return chain;
}

function hasWorkloadAbove({ namespace, controller }: Owner, owners: ReadonlyMap<string, Owner>): boolean {
  return chainAbove(namespace, controller, owners).some(({ workload }) => workload !== undefined);
}

/** An owner that was not read is known by its name. */
export function topAbove(
  namespace: string,
  controller: OwnerReference,
  owners: ReadonlyMap<string, Owner>,
): Owner | OwnerReference {
  const highest = chainAbove(namespace, controller, owners).at(-1);
  return highest?.controller ?? highest ?? controller;
}

function ownKey({ workload, controller, namespace, name }: RunningPod): string {
  // Equal specs are the same object.
  return controller === undefined ? `pod ${namespace}/${name}` : `pods ${namespace}/${workload.name}`;
}

function draftOf(
  { namespace, workload, controller, name, state }: RunningPod,
  owners: ReadonlyMap<string, Owner>,
): Draft {
  const top = controller && topAbove(namespace, controller, owners);
  return {
    workload: controller === undefined ? { ...workload, name } : placedAnew(workload),
    ...(top && { owner: identityOf(top) }),
    pods: [],
    createdAt: state.createdAt,
    createdBy: '',
  };
}

export function identityOf({ apiVersion, kind, name }: OwnerReference | Owner): NonNullable<Subject['owner']> {
  return { apiVersion, kind, name };
}

/** Its owner makes another one, which may land elsewhere. A mirror Pod belongs to its node. */
export function placedAnew(pod: Workload): Workload {
  if (pod.isMirrorPod) return pod;
  const { nodeName: _node, ...placement } = pod.placement;
  return { ...pod, placement };
}

/** A sidecar that admission adds, an image that it rewrites, the images of a revision that is being replaced. */
function addedIn({ workload, pods }: Draft): readonly Workload[] {
  if (workload.form === 'pod') return [];
  const named = new Set(
    [workload, ...(workload.otherPodSpecs ?? [])].flatMap(({ images }) => images.map(writtenImage)),
  );
  const specs = [...new Set(pods.map((pod) => pod.workload))];
  const added: Workload[] = [];
  for (const spec of specs) {
    const images = spec.images.filter((use) => !named.has(writtenImage(use)));
    for (const use of images) named.add(writtenImage(use));
    if (images.length > 0) added.push(placedAnew({ ...spec, images }));
  }
  return added;
}

function byName({ workload: one }: Subject, { workload: other }: Subject): number {
  return compare(one.namespace, other.namespace) || compare(one.kind, other.kind) || compare(one.name, other.name);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
