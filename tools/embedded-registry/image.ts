/** Hand-made images: manifests, indexes and the blobs that they refer to, small and without content worth running. */
import { createHash } from 'node:crypto';

export type Blob = { readonly digest: string; readonly bytes: Buffer };
/** A manifest or index with the type it is served with, and everything that must be stored beside it. */
export type Image = Blob & {
  readonly mediaType: string;
  readonly size: number;
  readonly blobs: readonly Blob[];
  readonly children: readonly Image[];
};
export type BuiltPlatform = { readonly os: string; readonly architecture: string; readonly variant?: string };

export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

export function blobOf(content: string | Buffer | object): Blob {
  const bytes = Buffer.isBuffer(content)
    ? content
    : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  return { bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

/** An image of one platform with one empty layer. `mark` makes images of the same platform different ones. */
export function buildImage(platform: BuiltPlatform, mark: string): Image {
  // Two blocks of zeros are an empty tar archive; what follows them is not read.
  const layer = blobOf(Buffer.concat([Buffer.alloc(1024), Buffer.from(mark)]));
  const config = blobOf({
    ...platform,
    config: { Cmd: ['/true'], Labels: { mark } },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  return documentOf(
    mediaTypes.manifest,
    {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config: { mediaType: mediaTypes.config, digest: config.digest, size: config.bytes.length },
      layers: [{ mediaType: mediaTypes.layer, digest: layer.digest, size: layer.bytes.length }],
    },
    { blobs: [config, layer] },
  );
}

/** An index of images, each for its platform. */
export function buildIndex(entries: readonly (readonly [platform: BuiltPlatform, image: Image])[]): Image {
  const manifests = entries.map(([platform, { mediaType, digest, size }]) => ({ mediaType, digest, size, platform }));
  return documentOf(
    mediaTypes.index,
    { schemaVersion: 2, mediaType: mediaTypes.index, manifests },
    { children: entries.map(([, image]) => image) },
  );
}

/** An image for each platform, and the index over them. */
export function buildMultiPlatform(platforms: readonly BuiltPlatform[], mark: string): Image {
  return buildIndex(platforms.map((platform) => [platform, buildImage(platform, mark)]));
}

export function documentOf(
  mediaType: string,
  content: object,
  { blobs = [], children = [] }: Partial<Pick<Image, 'blobs' | 'children'>> = {},
): Image {
  const { bytes, digest } = blobOf(content);
  return { mediaType, bytes, digest, size: bytes.length, blobs, children };
}
