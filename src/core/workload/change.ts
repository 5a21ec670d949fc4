/** What an UPDATE changed of that which decides about pulls (contract §5). */
import { type ImageUse, writtenImage } from './image-use.ts';
import { podSpecsOf, type Workload } from './workload.ts';

export type WorkloadChange =
  /** Nothing that matters for a pull. */
  | { readonly kind: 'none' }
  /** Other nodes may be candidates now; the images are those that were accepted before. */
  | { readonly kind: 'placement' }
  /** What is pulled, or with what. */
  | ({ readonly kind: 'pulls' } & PullsChanged);

export type PullsChanged = {
  /** Paths of the image uses that are not as they were. */
  readonly images: ReadonlySet<string>;
  /** Other pull Secrets, or another ServiceAccount: every image is pulled with other credentials. */
  readonly credentials: boolean;
};

/**
 * An image use is as it was where one of the old ones led to the same pull, whatever its container is called and wherever
 * in the Pod it stood: what was accepted once is pulled on the same nodes either way.
 */
export function changeBetween(before: Workload, now: Workload): WorkloadChange {
  const changes = podSpecsOf(now).map((spec) => changeOfPodSpec(counterpartOf(spec, before), spec));
  const pulls = changes.filter((change) => change.kind === 'pulls');
  if (pulls.length > 0)
    return {
      kind: 'pulls',
      images: new Set(pulls.flatMap(({ images }) => [...images])),
      credentials: pulls.some(({ credentials }) => credentials),
    };
  return { kind: changes.some(({ kind }) => kind === 'placement') ? 'placement' : 'none' };
}

/** What stands at the same path, or in an array may have stood at another one. */
function counterpartOf({ podSpecPath }: Workload, before: Workload): Workload {
  return podSpecsOf(before).find((spec) => spec.podSpecPath === podSpecPath) ?? before;
}

function changeOfPodSpec(before: Workload, now: Workload): WorkloadChange {
  const accepted = new Set(before.images.map(pullOf));
  const changed = now.images.filter((use) => !accepted.has(pullOf(use)));
  const credentials = !sameCredentials(before, now);
  if (changed.length > 0 || credentials)
    return { kind: 'pulls', images: new Set(changed.map(({ path }) => path)), credentials };
  return isSamePlacement(before, now) ? { kind: 'none' } : { kind: 'placement' };
}

/** A volume is not run: whether it is built for the node is not looked at, and nobody waits for one that is not mounted. */
function pullOf(use: ImageUse): string {
  return JSON.stringify([writtenImage(use), use.pullPolicy, use.place === 'volume', use.isNeeded]);
}

function sameCredentials(before: Workload, now: Workload): boolean {
  return (
    before.serviceAccountName === now.serviceAccountName &&
    before.imagePullSecrets.length === now.imagePullSecrets.length &&
    before.imagePullSecrets.every((name, index) => name === now.imagePullSecrets[index])
  );
}

function isSamePlacement(before: Workload, now: Workload): boolean {
  return plainText(before.placement) === plainText(now.placement) && before.idleBecause === now.idleBecause;
}

/** Maps do not show in JSON by themselves. */
function plainText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item instanceof Map ? [...item].toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)) : item,
  );
}
