/** The media types that containerd knows, and what each makes of a descriptor (core/images/mediatypes.go). */

export type MediaKind =
  | 'manifest'
  | 'index'
  /** Signed schema 1. The unsigned one is `other` to containerd. */
  | 'schema-1'
  | 'image-config'
  /** `application/octet-stream`: what ancient builders wrote for a config (distribution issue 1622). */
  | 'legacy-config'
  | 'layer'
  /** Layers only to some versions of containerd. */
  | 'docker-zstd-layer'
  | 'erofs-layer'
  | 'other';

export const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';
export const dockerManifestList = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const dockerSchema1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
export const dockerConfig = 'application/vnd.docker.container.image.v1+json';
export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
export const ociIndex = 'application/vnd.oci.image.index.v1+json';
export const ociConfig = 'application/vnd.oci.image.config.v1+json';

const exactKinds: ReadonlyMap<string, MediaKind> = new Map<string, MediaKind>([
  [dockerManifest, 'manifest'],
  [ociManifest, 'manifest'],
  [dockerManifestList, 'index'],
  [ociIndex, 'index'],
  [dockerSchema1, 'schema-1'],
  [dockerConfig, 'image-config'],
  [ociConfig, 'image-config'],
  ['application/octet-stream', 'legacy-config'],
]);

/** Of these a suffix such as `+encrypted` is not looked at. */
const layerKinds: ReadonlyMap<string, MediaKind> = new Map<string, MediaKind>([
  ['application/vnd.docker.image.rootfs.diff.tar', 'layer'],
  ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'layer'],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar', 'layer'],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'layer'],
  ['application/vnd.docker.image.rootfs.diff.tar.zstd', 'docker-zstd-layer'],
  ['application/vnd.erofs.layer.v1', 'erofs-layer'],
]);

/** Types are compared byte for byte: no case folding, no parameters. */
export function mediaKindOf(mediaType: string): MediaKind {
  if (mediaType.startsWith('application/vnd.oci.image.layer.')) return 'layer';
  const exact = exactKinds.get(mediaType);
  if (exact !== undefined) return exact;
  const [base = ''] = mediaType.split('+', 1);
  return layerKinds.get(base) ?? 'other';
}

/** Layers that registries need not have: they name other places to come from. */
export function isNonDistributable(mediaType: string): boolean {
  return (
    mediaType.startsWith('application/vnd.oci.image.layer.nondistributable.') ||
    mediaType.startsWith('application/vnd.docker.image.rootfs.foreign.')
  );
}

/**
 * The type of a resolved document, from the `Content-Type` of the answer (docker/resolver.go, getManifestMediaType): parameters
 * cut off, nothing trimmed. `text/plain` is schema 1, because registries once sent it untyped.
 */
export function mediaTypeOfContentType(contentType: string | undefined): string {
  const type = contentType?.split(';', 1)[0] ?? '';
  return type === 'text/plain' ? dockerSchema1 : type;
}
