/**
 * Which redirects are followed, and with what. Manifests, tags and tokens stay where they were asked for, because what a
 * registry says must be said by that registry; blobs may be kept in a store elsewhere, which gets nothing but the request.
 */
import { canonicalHost, isOwnOrigin, isSameOrigin, mayBeAsked, type Origin, type OwnOrigin } from './origin.ts';

export const maxRedirects = 3;

export type RedirectVerdict =
  /** The same request again, with all of its headers. */
  | 'same-origin'
  /**
   * Another port of the same host name: only the authorization goes along, as Go's client sends it (net/http,
   * shouldCopyHeaderOnRedirect). A store may refuse a request that has one. Go sends it to subdomains, too, which may be
   * somebody else's: there we do not.
   */
  | 'same-host'
  /** Without credentials, headers of the endpoint and client certificates. */
  | 'elsewhere'
  | 'refused';

export type RedirectStep = {
  readonly purpose: 'manifest' | 'blob' | 'token' | 'tags' | 'login';
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly from: Origin;
  readonly to: Origin & { readonly path: string; readonly hasUserInfo: boolean };
  readonly endpoint: OwnOrigin;
};

export function judgeRedirect({ purpose, method, from, to, endpoint }: RedirectStep): RedirectVerdict {
  if (method === 'POST' || to.hasUserInfo || !mayBeAsked(to, endpoint)) return 'refused';
  if (isSameOrigin(from, to) || (isOwnOrigin(from, endpoint) && isOwnOrigin(to, endpoint))) return 'same-origin';
  // An answer over TLS must not lead out of it.
  if (from.scheme === 'https' && to.scheme !== 'https') return 'refused';
  if (purpose === 'blob') return hostName(from) === hostName(to) ? 'same-host' : 'elsewhere';
  return purpose === 'manifest' && isKnownFront(from, to, to.path) ? 'elsewhere' : 'refused';
}

/** Without the port. */
function hostName({ host }: Origin): string {
  return host.toLowerCase().replace(/:\d*$/, '');
}

/**
 * Registries that only redirect. registry.k8s.io sends manifest requests to an Artifact Registry of some region
 * (kubernetes/registry.k8s.io, cmd/archeio/docs/request-handling.md).
 */
const knownFronts: readonly { readonly front: string; readonly behind: RegExp; readonly path: string }[] = [
  { front: 'registry.k8s.io', behind: /^[a-z\d-]+-docker\.pkg\.dev$/, path: '/v2/k8s-artifacts-prod/' },
];

/** Without a path: to any of that host. */
export function isKnownFront(from: Origin, to: Origin, toPath?: string): boolean {
  return knownFronts.some(
    ({ front, behind, path }) =>
      canonicalHost(from) === front &&
      behind.test(canonicalHost(to)) &&
      (toPath === undefined || toPath.startsWith(path)),
  );
}
