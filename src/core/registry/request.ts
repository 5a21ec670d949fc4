/** The requests of a pull beside those for tokens: what is asked, and with which headers. */
import { dockerManifest, dockerManifestList, ociIndex, ociManifest } from '../image/media-type.ts';
import { type Endpoint, requestUrlOf } from './endpoint.ts';
import type { Purpose } from './exchange.ts';

/** One request to an endpoint, before anything is known of its authorization. */
export type Request = {
  readonly purpose: Exclude<Purpose, 'token'>;
  readonly method: 'HEAD' | 'GET';
  /** Below the repository: `manifests`, `latest`. */
  readonly segments: readonly [string, string];
  readonly accept: string;
  readonly bodyLimit: number;
  readonly isImmutable?: true;
  readonly isDispensable?: true;
  readonly isSeenNow?: true;
};

/** In bytes, the most that containerd reads of a manifest (core/remotes/docker/resolver.go, MaxManifestSize: 4 * 1048 * 1048). */
export const manifestLimit = 4 * 1048 * 1048;

/** In this order, on one line (docker/resolver.go, NewResolver). */
const acceptWhenResolving = [dockerManifest, dockerManifestList, ociManifest, ociIndex, '*/*'].join(', ');

/** `tagOrDigest` is asked for as the resolver does it; the answer to HEAD has no body. */
export function resolveRequest(method: 'HEAD' | 'GET', tagOrDigest: string): Request {
  return {
    purpose: 'manifest',
    method,
    segments: ['manifests', tagOrDigest],
    accept: acceptWhenResolving,
    bodyLimit: method === 'GET' ? manifestLimit + 1 : 0,
  };
}

/** Content by digest as the fetcher gets it (docker/fetcher.go, Fetch). */
export function contentRequest(
  method: 'HEAD' | 'GET',
  from: 'manifests' | 'blobs',
  digest: string,
  mediaType: string,
): Request {
  return {
    purpose: from === 'manifests' ? 'manifest' : 'blob',
    method,
    segments: [from, digest],
    accept: [mediaType, '*/*'].filter((type) => type !== '').join(', '),
    bodyLimit: method === 'GET' ? manifestLimit + 1 : 0,
    ...(method === 'GET' && { isImmutable: true }),
  };
}

/** Only for the hint after a 404; a longer list is not worth the time of a review. */
const tagListLimit = 1024 * 1024;

export function tagsRequest(): Request {
  return {
    purpose: 'tags',
    method: 'GET',
    segments: ['tags', 'list'],
    accept: 'application/json',
    bodyLimit: tagListLimit,
  };
}

export function urlOf(endpoint: Endpoint, repository: string, { segments }: Request): string | undefined {
  return requestUrlOf(endpoint, repository, ...segments);
}
