/** What a Pod asks of its node (component-helpers resource, PodRequests), limits standing in for requests that are not written. */
import * as z from 'zod';
import { type Resources, resourcesSchema } from '../node/resources.ts';
import { listOf, structOf, text } from '../object/api-json.ts';

const resources = structOf(z.object({ requests: resourcesSchema, limits: resourcesSchema }));
const containers = listOf(structOf(z.object({ resources, restartPolicy: text })));

/** The part of a pod spec that asks for resources; to be run on the value of a `spec` member. */
export const requestsSchema = z
  .object({ containers, initContainers: containers, resources, overhead: resourcesSchema })
  .transform(({ containers: own, initContainers, resources: ofPod, overhead }): Resources => {
    let all = own.map(askedBy).reduce(sumOf, new Map());
    let sidecars: Resources = new Map();
    let most: Resources = new Map();
    for (const container of initContainers) {
      const beside = sumOf(sidecars, askedBy(container));
      most = largestOf(most, beside);
      // It goes on running beside all that follow (KEP-753).
      if (container.restartPolicy !== 'Always') continue;
      sidecars = beside;
      all = sumOf(all, askedBy(container));
    }
    // What the Pod asks for as a whole stands above its containers (KEP-2837).
    return sumOf(new Map([...largestOf(all, most), ...asked(ofPod)]), overhead);
  });

type Asking = z.output<typeof resources>;

function askedBy({ resources: written }: { readonly resources: Asking }): Resources {
  return asked(written);
}

/** The API server fills requests in from limits when a Pod is created. */
function asked({ requests, limits }: Asking): Resources {
  return new Map([...limits, ...requests]);
}

function sumOf(one: Resources, other: Resources): Resources {
  return combined(one, other, (left, right) => left + right);
}

function largestOf(one: Resources, other: Resources): Resources {
  return combined(one, other, Math.max);
}

function combined(one: Resources, other: Resources, of: (left: number, right: number) => number): Resources {
  const result = new Map(one);
  for (const [name, amount] of other) result.set(name, of(result.get(name) ?? 0, amount));
  return result;
}
