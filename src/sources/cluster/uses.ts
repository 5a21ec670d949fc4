/**
 * What runs already: looked up only before something would be denied, because a rollback, or a Pod more of what runs, must
 * never be blocked (contract §3, C10).
 */
import * as z from 'zod';
import { type ImageReference, parseReference } from '../../core/image/reference.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { Api } from './api.ts';

export type UsesSeen = {
  /** By what containerd would resolve: a sentence that says who uses it. */
  readonly users: ReadonlyMap<string, string>;
  /** A line for each kind that could not be listed. */
  readonly unseen: readonly string[];
};

/** One page: who has more Pods than this in a namespace is not made to wait for the rest. */
const mostListed = 500;
/** An admission waits for it. */
const admissionTimeoutMs = 1_500;

const image = z.string().nullish().catch(null);
const containers = z.array(z.object({ image })).nullish().catch(null);
const podSpec = z.object({ containers, initContainers: containers });
const statuses = z
  .array(z.object({ image, imageID: image }))
  .nullish()
  .catch(null);
const named = z.object({
  name: z.string(),
  ownerReferences: z
    .array(z.object({ kind: z.string(), name: z.string() }))
    .nullish()
    .catch(null),
});
const pods = z.object({
  items: z.array(
    z.object({
      metadata: named,
      spec: podSpec,
      status: z.object({ containerStatuses: statuses, initContainerStatuses: statuses }).nullish().catch(null),
    }),
  ),
});
const replicaSets = z.object({
  items: z.array(z.object({ metadata: named, spec: z.object({ template: z.object({ spec: podSpec }) }) })),
});
const revisions = z.object({
  items: z.array(
    z.object({ metadata: named, data: z.object({ spec: z.object({ template: z.object({ spec: podSpec }) }) }) }),
  ),
});

export function usesIn(
  api: Api,
  timeoutMs: number = admissionTimeoutMs,
): (workload: Workload, signal: AbortSignal) => Promise<UsesSeen> {
  return async (workload, signal) => {
    const { namespace, kind, name } = workload;
    const ends = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const space = encodeURIComponent(namespace);
    const listOf = async <T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> => {
      const answer = await api.get(`${path}?limit=${mostListed}`, ends);
      const parsed = answer.kind === 'ok' ? schema.safeParse(answer.value) : undefined;
      return parsed?.success === true ? parsed.data : undefined;
    };
    const isOwned = ({ ownerReferences }: z.output<typeof named>) =>
      ownerReferences?.some((owner) => owner.kind === kind && owner.name === name) ?? false;
    const history = historyOf(kind);
    const [running, former] = await Promise.all([
      listOf(`/api/v1/namespaces/${space}/pods`, pods),
      history === undefined
        ? undefined
        : listOf(
            `/apis/apps/v1/namespaces/${space}/${history}`,
            history === 'replicasets'
              ? replicaSets.transform(({ items }) =>
                  items.map(({ metadata, spec }) => ({ metadata, spec: spec.template.spec })),
                )
              : revisions.transform(({ items }) =>
                  items.map(({ metadata, data }) => ({ metadata, spec: data.spec.template.spec })),
                ),
          ),
    ]);
    const users = new Map<string, string>();
    const note = (written: string | null | undefined, text: string) => {
      const parsed = parseReference(written ?? '');
      if (parsed.ok) users.set(parsed.reference.pulled, text);
    };
    for (const { metadata, spec } of former ?? []) {
      if (!isOwned(metadata)) continue;
      for (const written of imagesIn(spec))
        note(
          written,
          `${history === 'replicasets' ? 'ReplicaSet' : 'ControllerRevision'} ${metadata.name} names it: a rollback may need it`,
        );
    }
    for (const { metadata, spec, status } of running?.items ?? []) {
      // An imageID is there once the image has been pulled, or found on the node.
      const pulled = new Set(
        [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])]
          .filter(({ imageID }) => Boolean(imageID))
          .map((seen) => seen.image),
      );
      if (pulled.size === 0) continue;
      const isSeen = (written: string) =>
        pulled.has(written) || [...pulled].some((other) => isSameImage(other, written));
      for (const written of imagesIn(spec).filter(isSeen)) note(written, `Pod ${metadata.name} has pulled it already`);
    }
    return {
      users,
      unseen: [
        ...(running === undefined ? ['uses=unchecked (pods cannot be listed)'] : []),
        ...(history !== undefined && former === undefined ? [`uses=unchecked (${history} cannot be listed)`] : []),
      ],
    };
  };
}

/** What of it counts for one image, in the words of the judgement. */
export function useOf(
  { users, unseen }: UsesSeen,
  { pulled }: ImageReference,
): { readonly inUse?: string; readonly unseen: readonly string[] } {
  const inUse = users.get(pulled);
  return { ...(inUse !== undefined && { inUse }), unseen };
}

function historyOf(kind: string): 'replicasets' | 'controllerrevisions' | undefined {
  if (kind === 'Deployment') return 'replicasets';
  return kind === 'StatefulSet' || kind === 'DaemonSet' ? 'controllerrevisions' : undefined;
}

function imagesIn(spec: z.output<typeof podSpec>): readonly string[] {
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].flatMap((container) =>
    container.image ? [container.image] : [],
  );
}

function isSameImage(one: string | null | undefined, other: string): boolean {
  const [first, second] = [parseReference(one ?? ''), parseReference(other)];
  return first.ok && second.ok && first.reference.pulled === second.reference.pulled;
}
