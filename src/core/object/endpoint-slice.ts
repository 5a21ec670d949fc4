import * as z from 'zod';
import { listOf, structOf, text } from './api-json.ts';

/** Where the Pods or servers of a Service are (discovery.k8s.io/v1, EndpointSlice). */
export type EndpointSlice = { readonly addresses: readonly string[]; readonly ports: readonly number[] };

const sliceSchema = z.object({
  endpoints: listOf(structOf(z.object({ addresses: listOf(text) }))),
  ports: listOf(structOf(z.object({ port: z.number().nullish() }))),
});

/** Undefined if it is not an EndpointSlice. A port that is not named means all ports there, and is left out. */
export function parseEndpointSlice(object: unknown): EndpointSlice | undefined {
  const parsed = sliceSchema.safeParse(object);
  if (!parsed.success) return undefined;
  const { endpoints, ports } = parsed.data;
  return {
    addresses: endpoints.flatMap(({ addresses }) => addresses),
    ports: ports.flatMap(({ port }) => port ?? []),
  };
}
