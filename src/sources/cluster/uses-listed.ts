/** Which images the Pods, ReplicaSets and ControllerRevisions of a namespace use, as far as a list of them says. */
import * as z from 'zod';
import { parseReference } from '../../core/image/reference.ts';
import type { ApiAnswer } from './api.ts';

/** A page of a list. */
export type UsesListed<Use> =
  | { readonly kind: 'page'; readonly uses: readonly Use[]; readonly next?: string }
  /** The right to list them is missing. */
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'failed' };

/** References are what containerd would resolve. */
export type Pulled = { readonly pod: string; readonly references: readonly string[] };

export type NamesImages = {
  readonly name: string;
  readonly owners: readonly { readonly kind: string; readonly name: string }[];
  readonly references: readonly string[];
};

const text = z.string().nullish().catch(null);
const listOr = <Item extends z.ZodType>(item: Item) => z.array(item).nullish().catch(null);

const containers = listOr(z.object({ name: text, image: text }));
const podSpec = z.object({ containers, initContainers: containers });
const statuses = listOr(
  z.object({
    name: text,
    image: text,
    imageID: text,
    state: z.object({ running: z.unknown() }).nullish().catch(null),
  }),
);
const metadata = z.object({
  name: z.string(),
  ownerReferences: listOr(z.object({ kind: z.string(), name: z.string() })),
});
const pod = z.object({
  metadata,
  spec: podSpec,
  status: z.object({ containerStatuses: statuses, initContainerStatuses: statuses }).nullish().catch(null),
});
const template = z.object({ template: z.object({ spec: podSpec }) });
const replicaSet = z.object({ metadata, spec: template });
const revision = z.object({ metadata, data: z.object({ spec: template }) });

export function pulledByPods(answer: ApiAnswer): UsesListed<Pulled> {
  return listedIn(answer, pod, (item) => ({ pod: item.metadata.name, references: pulledOf(item) }));
}

export function namedByReplicaSets(answer: ApiAnswer): UsesListed<NamesImages> {
  return listedIn(answer, replicaSet, ({ metadata: owned, spec }) => namesOf(owned, spec.template.spec));
}

export function namedByRevisions(answer: ApiAnswer): UsesListed<NamesImages> {
  return listedIn(answer, revision, ({ metadata: owned, data }) => namesOf(owned, data.spec.template.spec));
}

function listedIn<Item, Use>(answer: ApiAnswer, item: z.ZodType<Item>, useOf: (item: Item) => Use): UsesListed<Use> {
  const page = z.object({ metadata: z.object({ continue: text }).nullish().catch(null), items: z.array(item) });
  const parsed = answer.kind === 'ok' ? page.safeParse(answer.value) : undefined;
  if (answer.kind === 'refused' && answer.status === 403) return { kind: 'forbidden' };
  if (parsed?.success !== true) return { kind: 'failed' };
  const next = parsed.data.metadata?.continue;
  return { kind: 'page', uses: parsed.data.items.map(useOf), ...(next && { next }) };
}

/**
 * A container that runs has pulled what it names, whatever its status calls that: containerd puts there the first of all
 * tags that the image has on the node (internal/cri/server/container_status.go). One that does not run may be waiting for
 * another image than it had: of that the status tells the name, and by its imageID that it was there.
 */
function pulledOf({ spec, status }: z.output<typeof pod>): readonly string[] {
  const seen = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  const running = new Set(seen.filter(({ state }) => Boolean(state?.running)).map(({ name }) => name));
  const found = new Set(referencesIn(seen.flatMap(({ image, imageID }) => (imageID && image ? [image] : []))));
  return containersIn(spec).flatMap(({ name, image }) =>
    referencesIn([image]).filter((reference) => running.has(name) || found.has(reference)),
  );
}

function namesOf({ name, ownerReferences }: z.output<typeof metadata>, spec: z.output<typeof podSpec>): NamesImages {
  const references = referencesIn(containersIn(spec).map(({ image }) => image));
  return { name, owners: ownerReferences ?? [], references };
}

function containersIn({ containers: own, initContainers }: z.output<typeof podSpec>) {
  return [...(own ?? []), ...(initContainers ?? [])];
}

function referencesIn(images: readonly (string | null | undefined)[]): readonly string[] {
  return images.flatMap((image) => {
    const parsed = parseReference(image ?? '');
    return parsed.ok ? [parsed.reference.pulled] : [];
  });
}
