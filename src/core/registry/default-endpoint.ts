/** Where containerd asks for a registry that no file says anything about (pull-semantics 4.3). */

import { isAtLeast, type Puller } from '../content/puller.ts';
import { splitHostPort } from '../go/host-port.ts';
import { allCapabilities, type Endpoint, nsOf, systemTls } from './endpoint.ts';
import { isLoopbackHost } from './loopback.ts';

/** The `config_path` of containerd's CRI plugin where none is configured: two directories on Linux from 2.2 on, before that none. */
export function defaultConfigPathOf(puller: Puller): string {
  return isAtLeast(puller.generation, '2.2') ? '/etc/containerd/certs.d:/etc/docker/certs.d' : '';
}

/** The host that answers for a registry (core/remotes/docker/registry.go, DefaultHost). */
export function hostOfRegistry(registry: string): string {
  return registry === 'docker.io' ? 'registry-1.docker.io' : registry;
}

/** How the default host is spoken to when there is a `config_path`, or the transfer service pulls (core/remotes/docker/config/hosts.go). */
export type DefaultScheme = {
  /** `http` becomes https with a fallback where anything is said about TLS, as `skipsVerification` does. */
  readonly scheme: 'http' | 'https';
  readonly skipsVerification: boolean;
};

/** The port decides about a loopback host: none and 443 are https, 80 is http, every other one is tried as both. */
export function defaultSchemeOf(registry: string): DefaultScheme {
  if (!isLoopbackHost(registry)) return { scheme: 'https', skipsVerification: false };
  const port = splitHostPort(registry)?.port ?? '';
  return { scheme: port === '' || port === '443' ? 'https' : 'http', skipsVerification: port !== '80' };
}

/**
 * The one endpoint of a CRI plugin that pulls by itself and has no `config_path` (internal/cri/server/images/image_pull.go,
 * registryEndpoints): loopback is plain HTTP whatever the port. Legacy `mirrors` are not known here.
 */
export function legacyEndpointOf(registry: string, puller: Puller): Endpoint {
  const isLoopback = isLoopbackHost(registry);
  const host = hostOfRegistry(registry);
  return {
    scheme: isLoopback ? 'http' : 'https',
    host,
    path: '/v2',
    capabilities: allCapabilities(puller).filter((capability) => capability !== 'push'),
    tls: isLoopback ? { ...systemTls, verifiesCertificate: false } : systemTls,
    headers: [],
    tokenHeaders: [],
    httpFallback: false,
    ...nsOf(registry, host),
  };
}
