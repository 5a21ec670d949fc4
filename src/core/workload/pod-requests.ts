/**
 * What a Pod asks of its node (component-helpers resource, PodRequests), limits standing in for requests that are not
 * written. Read without a schema: what has a wrong type is refused by the API server, and asks for nothing.
 */
import { claimedDevices, type Resources, resourcesOf } from '../node/resources.ts';

/**
 * Devices of dynamic resource allocation are in no node's `allocatable`: claims count as something that no node is seen to have.
 * @param podSpec the value of a `spec` member
 */
export function requestsOf(podSpec: unknown): Resources {
  const { containers, initContainers, resources, overhead, resourceClaims } = membersOf(podSpec);
  let all = itemsOf(containers).map(askedBy).reduce(sumOf, none);
  let sidecars = none;
  let most = none;
  for (const container of itemsOf(initContainers)) {
    const beside = sumOf(sidecars, askedBy(container));
    most = largestOf(most, beside);
    // It goes on running beside all that follow (KEP-753).
    if (membersOf(container).restartPolicy !== 'Always') continue;
    sidecars = beside;
    all = sumOf(all, askedBy(container));
  }
  // What the Pod asks for as a whole stands above its containers (KEP-2837).
  const whole = sumOf(joined(largestOf(all, most), asked(resources)), resourcesOf(overhead));
  const claims = itemsOf(resourceClaims).length;
  return claims === 0 ? whole : sumOf(whole, new Map([[claimedDevices, claims]]));
}

const none: Resources = new Map();

function askedBy(container: unknown): Resources {
  return asked(membersOf(container).resources);
}

/** The API server fills requests in from limits when a Pod is created. */
function asked(resources: unknown): Resources {
  const { requests, limits } = membersOf(resources);
  return joined(resourcesOf(limits), resourcesOf(requests));
}

function sumOf(one: Resources, other: Resources): Resources {
  return combined(one, other, (left, right) => left + right);
}

function largestOf(one: Resources, other: Resources): Resources {
  return combined(one, other, Math.max);
}

function joined(one: Resources, other: Resources): Resources {
  return combined(one, other, (_left, right) => right);
}

function combined(one: Resources, other: Resources, of: (left: number, right: number) => number): Resources {
  if (other.size === 0) return one;
  // Most Pods have one container that asks for something: nothing is copied for them.
  if (one.size === 0) return other;
  const result = new Map(one);
  for (const [name, amount] of other) result.set(name, of(result.get(name) ?? 0, amount));
  return result;
}

function itemsOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
