/**
 * What will be there when the input has been applied to the cluster: an object of the input stands above the cluster's of
 * the same name, and what a manifest does not mention stays as it is.
 */
import type { ServiceAccountLookup } from '../core/credential/service-account.ts';
import type { NamespaceLookup } from '../core/object/namespace.ts';
import type { ClusterImages } from '../core/pull/cluster-images.ts';
import type { NodeGrowth, World } from '../core/pull/world.ts';
import { modeLabel } from '../core/verdict/mode-of.ts';

/** Pull secrets that a controller or a person added to an account survive the apply of a manifest that lists none. */
export async function accountAfterApply(
  inInput: ServiceAccountLookup,
  inCluster: () => Promise<ServiceAccountLookup>,
): Promise<ServiceAccountLookup> {
  if (inInput.kind === 'unknown' && inInput.why !== undefined) return inInput;
  if (inInput.kind !== 'found') return inCluster();
  const { account } = inInput;
  if (account.imagePullSecrets.length > 0) return inInput;
  const before = await inCluster();
  switch (before.kind) {
    case 'absent':
      return inInput;
    case 'not-given':
    case 'unknown':
      return before;
    case 'found':
      return { kind: 'found', account: { ...account, imagePullSecrets: before.account.imagePullSecrets } };
  }
}

/** Of a Namespace only its mode label counts. */
export async function namespaceAfterApply(
  inInput: NamespaceLookup,
  inCluster: () => Promise<NamespaceLookup>,
): Promise<NamespaceLookup> {
  return inInput.kind === 'found' && inInput.namespace.labels.has(modeLabel) ? inInput : inCluster();
}

/** Mirrors of the input are there beside those of the cluster. */
export function imagesAfterApply(
  inInput: ClusterImages | undefined,
  inCluster: ClusterImages | undefined,
): Pick<World, 'images'> {
  if (inCluster === undefined) return inInput === undefined ? {} : { images: inInput };
  return { images: { ...inCluster, mirrors: [...(inInput?.mirrors ?? []), ...inCluster.mirrors] } };
}

/** What the input brings may bring nodes, beside what runs already. */
export function growthAfterApply(
  inInput: NodeGrowth | undefined,
  inCluster: NodeGrowth | undefined,
): Pick<World, 'growth'> {
  if (inCluster === undefined) return inInput === undefined ? {} : { growth: inInput };
  return { growth: { ...inCluster, scalers: [...(inInput?.scalers ?? []), ...inCluster.scalers] } };
}

type PlacementObjects = Pick<World, 'runtimeClass' | 'namespaceDefaults'>;

/** Annotations of the input stand above those of the cluster. */
export function placementAfterApply(inInput: PlacementObjects, inCluster: PlacementObjects): PlacementObjects {
  const runtimeClass = inInput.runtimeClass?.kind === 'found' ? inInput.runtimeClass : inCluster.runtimeClass;
  const isWritten = inInput.namespaceDefaults?.kind === 'found';
  const namespaceDefaults = isWritten ? inInput.namespaceDefaults : inCluster.namespaceDefaults;
  return { ...(runtimeClass && { runtimeClass }), ...(namespaceDefaults && { namespaceDefaults }) };
}
