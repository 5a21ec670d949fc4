/** Resources that nodes have and Pods ask for, as far as they decide whether any node that is there could take a Pod. */
import * as z from 'zod';
import { parseQuantity } from '../go/quantity.ts';

/** By name, in base units: cores, bytes, pieces. */
export type Resources = ReadonlyMap<string, number>;

const none: Resources = new Map();

/** What is no quantity is left out: the API server refuses it. */
export function resourcesOf(written: unknown): Resources {
  if (typeof written !== 'object' || written === null) return none;
  const resources = new Map<string, number>();
  for (const [name, quantity] of Object.entries(written)) {
    const amount = typeof quantity === 'number' ? quantity : parseQuantity(String(quantity));
    if (amount !== undefined) resources.set(name, amount);
  }
  return resources;
}

export const resourcesSchema = z.transform(resourcesOf);

/** Advertised by device plugins, such as `nvidia.com/gpu` (component-helpers, IsExtendedResourceName). */
export function isExtendedResource(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.');
}

/** Where one of these is missing, the list is not whole. Of all else the scheduler counts none (NodeInfo, scalar resources). */
const listedByEveryNode: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods']);

/** In the place of a name: the claims of a Pod, whose devices are in ResourceSlices and in no node's `allocatable`. */
export const claimedDevices = 'resourceClaims';

/**
 * Which of the requests no node could ever meet, even if nothing else ran on it. A node that does not tell what it has may
 * meet all of them but claims; one that tells lacks the devices that it does not name.
 */
export function lackingOn(allocatable: Resources, requests: Resources): readonly string[] {
  if (allocatable.size === 0) return requests.has(claimedDevices) ? [claimedDevices] : [];
  return [...requests].flatMap(([name, amount]) => {
    const available = allocatable.get(name) ?? (listedByEveryNode.has(name) ? Number.POSITIVE_INFINITY : 0);
    return amount > available ? [name] : [];
  });
}
