/**
 * One place that containerd asks for the content of a registry: the registry itself or a mirror of it, and how it is
 * spoken to. It says nothing of reachability, and nothing here was looked up in any network.
 */

import { isAtLeast, type Puller } from '../content/puller.ts';
import { joinPath } from '../go/path.ts';

export type Capability = 'pull' | 'resolve' | 'push' | 'referrers';

export type Endpoint = {
  /**
   * In lower case. Neither `http` nor `https`, or an empty host: containerd's request fails before anything is dialled, and
   * the next endpoint is asked (see `requestUrlOf`).
   */
  readonly scheme: string;
  /** With its port, as it was spelled. */
  readonly host: string;
  /** API root, percent-decoded: `/v2`, `/proxy/v2`, empty or without slash where hosts.toml says so, `//v2` for `https://mirror/`. */
  readonly path: string;
  /** Resolving a tag takes `pull` and `resolve`, resolving a digest and fetching take `pull`. */
  readonly capabilities: readonly Capability[];
  readonly tls: TlsSettings;
  /** Sent with each request to the registry beside containerd's own; names keep the spelling of the file. */
  readonly headers: Headers;
  /** Sent with each token request. */
  readonly tokenHeaders: Headers;
  /**
   * The scheme is https, and a request is repeated as http, to the same host and port, when the server answers in plain HTTP
   * or not in time for the TLS handshake; where the host names no port, also when 443 cannot be connected to.
   */
  readonly httpFallback: boolean;
  /** Query parameter `ns` of each request: the registry of the reference, unless this endpoint is that registry. */
  readonly ns?: string;
  /** Asked for instead of that of the reference: a hosts.toml of k3s may say so. */
  readonly repository?: string;
  /** A mirror on the loopback of the node, where we are not: of a host that is asked first, not of the registry itself. */
  readonly isOnNode?: true;
};

export type Headers = readonly (readonly [name: string, values: readonly string[]])[];

export type TlsSettings = {
  readonly verifiesCertificate: boolean;
  /** PEM, one certificate each, trusted beside the roots of the system. Absent if none were asked for. */
  readonly extraRoots?: readonly string[];
  readonly clientCertificates: readonly ClientCertificate[];
};

/** Texts in PEM: a certificate with its chain, and its private key. */
export type ClientCertificate = { readonly certificates: string; readonly privateKey: string };

export const systemTls: TlsSettings = { verifiesCertificate: true, clientCertificates: [] };

/** What a host may be asked for where nothing is said. containerd knows `referrers` from 2.2 on. */
export function allCapabilities(puller: Puller): readonly Capability[] {
  return isAtLeast(puller.generation, '2.2') ? ['pull', 'resolve', 'push', 'referrers'] : ['pull', 'resolve', 'push'];
}

/** The member `ns` of an endpoint at `host` (core/remotes/docker/registry.go, isProxy). */
export function nsOf(registry: string, host: string): { readonly ns?: string } {
  const isRegistry = host === registry || (registry === 'docker.io' && host === 'registry-1.docker.io');
  return isRegistry ? {} : { ns: registry };
}

/**
 * The URL of a request, `requestUrlOf(endpoint, 'library/nginx', 'manifests', 'latest')`; undefined where containerd has
 * none to dial. The path is cleaned as a whole, so that a root of `//v2` is asked as `/v2`.
 */
export function requestUrlOf(endpoint: Endpoint, ...segments: readonly string[]): string | undefined {
  if (!/^https?$/.test(endpoint.scheme) || endpoint.host === '') return undefined;
  const path = joinPath('/', endpoint.path, ...segments);
  const query = endpoint.ns === undefined ? '' : `?ns=${encodeURIComponent(endpoint.ns)}`;
  return `${endpoint.scheme}://${endpoint.host}${escapePath(path)}${query}`;
}

/** `https://registry.example.com/v2/`, where `docker login` tries a password; undefined as above. */
export function rootUrlOf({ ns: _ns, ...endpoint }: Endpoint): string | undefined {
  const url = requestUrlOf(endpoint);
  return url === undefined ? undefined : `${url}/`;
}

/** Escapes that are left in a decoded path stay as they are, and so do `?` and `#`: the server sees them as such. */
function escapePath(path: string): string {
  return path.replaceAll(/[^!-~]|["<>\\^`{|}]/gu, (character) =>
    Array.from(
      new TextEncoder().encode(character),
      (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    ).join(''),
  );
}
