/** A kustomization file: the files that it names, and what it does to images. What it builds of them is not known here. */
import * as z from 'zod';
import { type ReadBy, schemaWhenUsed } from './schema-when-used.ts';

/** Paths as written, relative to the directory of the file. */
export type Kustomization = {
  /** Files of objects, and directories of other kustomizations. */
  readonly resources: readonly string[];
  /** Patches and other files that are no objects by themselves. */
  readonly parts: readonly string[];
  /** Names of images that it replaces. */
  readonly images: readonly string[];
};

const list = <Item extends z.ZodType>(item: Item) => z.array(item).nullish().catch(null);
const text = z.string().nullish().catch(null);
const withPath = () => list(z.object({ path: text }).catch({}));
const generator = () => list(z.object({ files: list(text), envs: list(text), env: text }).catch({}));

const kustomizationSchema = schemaWhenUsed(() =>
  z.object({
    resources: list(text),
    bases: list(text),
    components: list(text),
    patches: withPath(),
    patchesJson6902: withPath(),
    replacements: withPath(),
    patchesStrategicMerge: list(text),
    configurations: list(text),
    transformers: list(text),
    generators: list(text),
    validators: list(text),
    crds: list(text),
    openapi: z.object({ path: text }).nullish().catch(null),
    configMapGenerator: generator(),
    secretGenerator: generator(),
    helmCharts: list(z.object({ valuesFile: text, additionalValuesFiles: list(text) }).catch({})),
    images: list(z.object({ name: text }).catch({})),
  }),
);
type Written = ReadBy<typeof kustomizationSchema>;

/** What cannot be understood of it names nothing. Never throws. */
export function parseKustomization(object: unknown): Kustomization {
  const parsed = kustomizationSchema.safeParse(object);
  if (!parsed.success) return { resources: [], parts: [], images: [] };
  const { resources, bases, components, images } = parsed.data;
  return {
    resources: named([...(resources ?? []), ...(bases ?? []), ...(components ?? [])]),
    parts: named(partsOf(parsed.data)),
    images: named((images ?? []).map(({ name }) => name)),
  };
}

function named(names: readonly (string | null | undefined)[]): readonly string[] {
  return names.filter((name): name is string => typeof name === 'string' && name !== '');
}

function partsOf(written: Written): readonly (string | null | undefined)[] {
  const { patches, patchesJson6902, replacements, patchesStrategicMerge, openapi, helmCharts } = written;
  const { configurations, transformers, generators, validators, crds } = written;
  const generated = [...(written.configMapGenerator ?? []), ...(written.secretGenerator ?? [])];
  return [
    ...[...(patches ?? []), ...(patchesJson6902 ?? []), ...(replacements ?? [])].map(({ path }) => path),
    // The patch itself may stand there instead of its file.
    ...(patchesStrategicMerge ?? []).filter((patch) => patch?.includes('\n') === false),
    ...[configurations, transformers, generators, validators, crds].flatMap((names) => names ?? []),
    openapi?.path,
    ...(helmCharts ?? []).flatMap(({ valuesFile, additionalValuesFiles }) => [
      valuesFile,
      ...(additionalValuesFiles ?? []),
    ]),
    ...generated.flatMap(({ files, envs, env }) => [
      // `KEY=FILE`
      ...(files ?? []).map((file) => file?.slice(file.indexOf('=') + 1)),
      ...(envs ?? []),
      env,
    ]),
  ];
}
