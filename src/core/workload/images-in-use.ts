/** Which images an object of the API names, and which of them are known to be on a node because it runs. */
import * as z from 'zod';
import { parseReference } from '../image/reference.ts';
import { schemaWhenUsed } from '../object/schema-when-used.ts';

export type ImagesInUse = {
  readonly namespace: string;
  readonly name: string;
  /** What containerd would resolve. */
  readonly named: readonly string[];
  /** Of these what a node has, as far as the status of a Pod tells. */
  readonly running: readonly string[];
};

export type OwnerName = { readonly kind: string; readonly name: string };

/** `owners`: of the object itself. */
export type ImagesOfOwner = Omit<ImagesInUse, 'running'> & { readonly owners: readonly OwnerName[] };

const text = z.string().nullish().catch(null);
const listOr = <Item extends z.ZodType>(item: Item) => z.array(item).nullish().catch(null);
const structOr = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).nullish().catch(null);

const containers = () => listOr(z.object({ name: text, image: text }));
const podSpec = () =>
  structOr({
    containers: containers(),
    initContainers: containers(),
    ephemeralContainers: containers(),
    volumes: listOr(z.object({ image: structOr({ reference: text }) })),
  });
const template = () => structOr({ spec: podSpec() });
const statuses = () =>
  listOr(
    z.object({
      name: text,
      image: text,
      imageID: text,
      state: structOr({ running: z.unknown().optional(), terminated: z.unknown().optional() }),
    }),
  );
const metadata = () =>
  z.object({
    name: z.string(),
    namespace: text,
    ownerReferences: listOr(z.object({ kind: z.string(), name: z.string() })),
  });

const pod = schemaWhenUsed(() =>
  z.object({
    metadata: metadata(),
    spec: podSpec(),
    status: structOr({
      containerStatuses: statuses(),
      initContainerStatuses: statuses(),
      ephemeralContainerStatuses: statuses(),
    }),
  }),
);
/** ReplicaSets, Jobs, CronJobs; and ControllerRevisions, which hold a part of what they are revisions of. */
const owner = schemaWhenUsed(() =>
  z.object({
    metadata: metadata(),
    spec: structOr({ template: template(), jobTemplate: structOr({ spec: structOr({ template: template() }) }) }),
    data: structOr({ spec: structOr({ template: template() }) }),
  }),
);

/** Undefined for what cannot be understood. */
export function imagesOfPod(object: unknown): ImagesInUse | undefined {
  const parsed = pod.safeParse(object);
  if (!parsed.success) return undefined;
  const { spec, status } = parsed.data;
  const seen = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  // A status may call the image by any of the names that it has on the node (internal/cri/server/container_status.go).
  const hasRun = ({ state, imageID }: (typeof seen)[number]) => state?.running || (state?.terminated && imageID);
  const runs = new Set(seen.filter(hasRun).map(({ name }) => name));
  const started = seen.flatMap(({ image, imageID }) => (imageID ? [image] : []));
  const running = [...containersIn(spec).flatMap(({ name, image }) => (runs.has(name) ? [image] : [])), ...started];
  return { ...placeOf(parsed.data.metadata), named: referencesIn(imagesIn(spec)), running: referencesIn(running) };
}

export function imagesOfOwner(object: unknown): ImagesOfOwner | undefined {
  const parsed = owner.safeParse(object);
  if (!parsed.success) return undefined;
  const { spec, data } = parsed.data;
  const templates = [spec?.template, spec?.jobTemplate?.spec?.template, data?.spec?.template];
  const named = referencesIn(templates.flatMap((one) => imagesIn(one?.spec)));
  return { ...placeOf(parsed.data.metadata), named, owners: parsed.data.metadata.ownerReferences ?? [] };
}

type PodSpec = z.output<ReturnType<typeof podSpec>>;

function imagesIn(spec: PodSpec | undefined): readonly (string | null | undefined)[] {
  return [
    ...containersIn(spec).map(({ image }) => image),
    ...(spec?.volumes ?? []).map(({ image }) => image?.reference),
  ];
}

function containersIn(spec: PodSpec | undefined) {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])];
}

function placeOf({ name, namespace }: z.output<ReturnType<typeof metadata>>) {
  return { name, namespace: namespace ?? '' };
}

function referencesIn(images: readonly (string | null | undefined)[]): readonly string[] {
  const references = images.flatMap((image) => {
    const parsed = parseReference(image ?? '');
    return parsed.ok ? [parsed.reference.pulled] : [];
  });
  return [...new Set(references)];
}
