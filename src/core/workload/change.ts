/** What an UPDATE changed of that which decides about pulls (contract §5). */
import { type ImageUse, writtenImage } from './image-use.ts';
import type { Workload } from './workload.ts';

export type WorkloadChange =
  /** Nothing that matters for a pull. */
  | { readonly kind: 'none' }
  /** Other nodes may be candidates now; the images are those that were accepted before. */
  | { readonly kind: 'placement' }
  /** `changed` holds the paths of the image uses that are not as they were. */
  | { readonly kind: 'images'; readonly changed: ReadonlySet<string> };

/**
 * Image uses are matched by place and name, as the API merges them, so that a container moved in its list is no change.
 * A change of pull Secrets or of the ServiceAccount changes every image use: other credentials are tried.
 */
export function changeBetween(before: Workload, now: Workload): WorkloadChange {
  if (!sameCredentials(before, now)) return imagesChanged(now.images);
  const known = new Map(before.images.map((use) => [keyOf(use), use]));
  const changed = now.images.filter((use) => !isSameUse(known.get(keyOf(use)), use));
  if (changed.length > 0) return imagesChanged(changed);
  return isSamePlacement(before, now) ? { kind: 'none' } : { kind: 'placement' };
}

function imagesChanged(uses: readonly ImageUse[]): WorkloadChange {
  return { kind: 'images', changed: new Set(uses.map(({ path }) => path)) };
}

function keyOf({ place, name }: ImageUse): string {
  return `${place} ${name}`;
}

function isSameUse(before: ImageUse | undefined, now: ImageUse): boolean {
  return (
    before !== undefined &&
    writtenImage(before) === writtenImage(now) &&
    before.pullPolicy === now.pullPolicy &&
    before.isNeeded === now.isNeeded
  );
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
