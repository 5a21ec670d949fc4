import { expect, test } from 'vitest';
import { isNonDistributable, mediaKindOf, mediaTypeOfContentType } from '../../../src/core/image/media-type.ts';

test.each([
  ['application/vnd.docker.distribution.manifest.v2+json', 'manifest'],
  ['application/vnd.oci.image.manifest.v1+json', 'manifest'],
  ['application/vnd.docker.distribution.manifest.list.v2+json', 'index'],
  ['application/vnd.oci.image.index.v1+json', 'index'],
  ['application/vnd.docker.distribution.manifest.v1+prettyjws', 'schema-1'],
  ['application/vnd.docker.distribution.manifest.v1+json', 'other'],
  ['application/vnd.docker.container.image.v1+json', 'image-config'],
  ['application/vnd.oci.image.config.v1+json', 'image-config'],
  ['application/octet-stream', 'legacy-config'],
  ['application/vnd.oci.image.layer.v1.tar+zstd+encrypted', 'layer'],
  ['application/vnd.oci.image.layer.', 'layer'],
  ['application/vnd.docker.image.rootfs.diff.tar', 'layer'],
  ['application/vnd.docker.image.rootfs.diff.tar+gzip', 'layer'],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'layer'],
  ['application/vnd.docker.image.rootfs.diff.tar.zstd', 'docker-zstd-layer'],
  ['application/vnd.erofs.layer.v1+zstd', 'erofs-layer'],
  ['application/vnd.oci.image.manifest.v1+json+zstd', 'other'],
  ['APPLICATION/VND.OCI.IMAGE.MANIFEST.V1+JSON', 'other'],
  ['application/vnd.oci.image.manifest.v1+json ', 'other'],
  ['text/plain', 'other'],
  ['__proto__', 'other'],
  ['', 'other'],
])('%s is %s', (mediaType, kind) => {
  expect(mediaKindOf(mediaType)).toBe(kind);
});

test.each([
  ['application/vnd.oci.image.layer.nondistributable.v1.tar', true],
  ['application/vnd.docker.image.rootfs.foreign.diff.tar', true],
  ['application/vnd.oci.image.layer.v1.tar', false],
  ['application/vnd.docker.image.rootfs.diff.tar', false],
])('%s need not be in the registry: %s', (mediaType, expected) => {
  expect(isNonDistributable(mediaType)).toBe(expected);
});

test.each([
  ['application/vnd.oci.image.index.v1+json; charset=utf-8', 'application/vnd.oci.image.index.v1+json'],
  ['application/vnd.oci.image.index.v1+json ;x', 'application/vnd.oci.image.index.v1+json '],
  ['text/plain', 'application/vnd.docker.distribution.manifest.v1+prettyjws'],
  ['text/plain; charset=utf-8', 'application/vnd.docker.distribution.manifest.v1+prettyjws'],
  ['text/plain ', 'text/plain '],
  [';', ''],
  [undefined, ''],
])('Content-Type %s stands for %s', (contentType, mediaType) => {
  expect(mediaTypeOfContentType(contentType)).toBe(mediaType);
});
