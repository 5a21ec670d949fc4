import { expect, test } from 'vitest';
import { contentRequest, type Request, resolveRequest, tagsRequest } from '../../../src/core/registry/request.ts';

const whenResolving =
  'application/vnd.docker.distribution.manifest.v2+json, ' +
  'application/vnd.docker.distribution.manifest.list.v2+json, ' +
  'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*';
const mostOfManifest = 4 * 1048 * 1048 + 1;

test.each<readonly [string, () => Request, Request]>([
  [
    'a tag',
    () => resolveRequest('HEAD', '1'),
    { purpose: 'manifest', method: 'HEAD', segments: ['manifests', '1'], accept: whenResolving, bodyLimit: 0 },
  ],
  [
    'a tag where HEAD is not allowed',
    () => resolveRequest('GET', '1'),
    {
      purpose: 'manifest',
      method: 'GET',
      segments: ['manifests', '1'],
      accept: whenResolving,
      bodyLimit: mostOfManifest,
    },
  ],
  [
    'a manifest',
    () => contentRequest('GET', 'manifests', 'sha256:1', 'a/b'),
    {
      purpose: 'manifest',
      method: 'GET',
      segments: ['manifests', 'sha256:1'],
      accept: 'a/b, */*',
      bodyLimit: mostOfManifest,
      isImmutable: true,
    },
  ],
  [
    'whether a blob is there',
    () => contentRequest('HEAD', 'blobs', 'sha256:1', ''),
    { purpose: 'blob', method: 'HEAD', segments: ['blobs', 'sha256:1'], accept: '*/*', bodyLimit: 0 },
  ],
  [
    'the tags',
    () => tagsRequest(),
    { purpose: 'tags', method: 'GET', segments: ['tags', 'list'], accept: 'application/json', bodyLimit: 1024 * 1024 },
  ],
])('%s is asked for', (_name, request, expected) => {
  expect(request()).toEqual(expected);
});
