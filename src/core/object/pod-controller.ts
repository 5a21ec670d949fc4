import * as z from 'zod';
import { listOf, structOf, text } from './api-json.ts';
import { schemaWhenUsed } from './schema-when-used.ts';

/** Of a DaemonSet or Deployment, of the API or of a manifest, which programs it runs. */
export type PodController = { readonly namespace: string; readonly name: string; readonly images: readonly string[] };

const containers = () => listOf(structOf(z.object({ image: text })));
const controllerSchema = schemaWhenUsed(() =>
  z.object({
    metadata: z.object({ name: z.string(), namespace: text }),
    spec: structOf(
      z.object({
        template: structOf(
          z.object({ spec: structOf(z.object({ containers: containers(), initContainers: containers() })) }),
        ),
      }),
    ),
  }),
);

/** Undefined for what cannot be understood: it is none that is known. */
export function parsePodController(object: unknown): PodController | undefined {
  const parsed = controllerSchema.safeParse(object);
  if (!parsed.success) return undefined;
  const { metadata, spec } = parsed.data;
  const { containers: own, initContainers } = spec.template.spec;
  return { ...metadata, images: [...own, ...initContainers].map(({ image }) => image) };
}
