import * as z from 'zod';
import { listOf, structOf, text } from './api-json.ts';
import { schemaWhenUsed } from './schema-when-used.ts';

/** OpenShift's objects that give its nodes mirrors, each with the member of its spec that lists them. */
export const imageMirrorKinds = [
  { group: 'config.openshift.io', version: 'v1', kind: 'ImageDigestMirrorSet', resource: 'imagedigestmirrorsets' },
  { group: 'config.openshift.io', version: 'v1', kind: 'ImageTagMirrorSet', resource: 'imagetagmirrorsets' },
  {
    group: 'operator.openshift.io',
    version: 'v1alpha1',
    kind: 'ImageContentSourcePolicy',
    resource: 'imagecontentsourcepolicies',
  },
] as const;
export type ImageMirrorKind = (typeof imageMirrorKinds)[number];

export type ImageMirrorSet = {
  readonly kind: ImageMirrorKind['kind'];
  readonly name: string;
  /** Of the images that are mirrored: `registry.example.com/team`, or `*.example.com` for all hosts below. */
  readonly sources: readonly string[];
};

const sources = () => listOf(structOf(z.object({ source: text })));
const setSchema = schemaWhenUsed(() =>
  z.object({
    metadata: z.object({ name: z.string() }),
    spec: structOf(
      z.object({ imageDigestMirrors: sources(), imageTagMirrors: sources(), repositoryDigestMirrors: sources() }),
    ),
  }),
);

export function imageMirrorKindOf(apiVersion: unknown, kind: unknown): ImageMirrorKind | undefined {
  return imageMirrorKinds.find((known) => known.kind === kind && apiVersion === `${known.group}/${known.version}`);
}

/** Undefined for what cannot be understood. Items of a list do not say their kind. */
export function parseImageMirrorSet(object: unknown, { kind }: ImageMirrorKind): ImageMirrorSet | undefined {
  const parsed = setSchema.safeParse(object);
  if (!parsed.success) return undefined;
  const { metadata, spec } = parsed.data;
  const listed = [...spec.imageDigestMirrors, ...spec.imageTagMirrors, ...spec.repositoryDigestMirrors];
  return { kind, name: metadata.name, sources: listed.map(({ source }) => source).filter((source) => source !== '') };
}
