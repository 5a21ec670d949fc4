/**
 * Which endpoints containerd tries for a registry, and in which order, given the files below its `config_path`
 * (ConfigureHosts in core/remotes/docker/config/hosts.go; pull-semantics 4.2 and 4.3). Which of them answer is not known
 * here, and neither are the legacy `mirrors` of the CRI plugin.
 */

import { isAtLeast, type Puller } from '../content/puller.ts';
import { splitHostPort } from '../go/host-port.ts';
import type { CompilePattern } from '../go/pattern.ts';
import { readClientCertificates, readRoots } from './certificate-files.ts';
import { defaultSchemeOf, hostOfRegistry, legacyEndpointOf } from './default-endpoint.ts';
import { allCapabilities, nsOf } from './endpoint.ts';
import { hostDirectoryOf, loadHostDirectory, unconfigured } from './host-directory.ts';
import type { HostSettings } from './hosts-file.ts';
import { isLoopbackReference } from './loopback.ts';
import type { FilesFailure, FromFiles, NodeFiles } from './node-files.ts';
import type { RewritingEndpoint } from './rewrites.ts';

export type HostsConfiguration = {
  /** As in containerd's configuration; may be empty, or a list separated by colons. */
  readonly configPath: string;
  /** What is below each of its directories. One that is not in here is absent or empty. */
  readonly files: NodeFiles;
  /** For the tables `rewrite`; needed where a hosts.toml has any. */
  readonly compilePattern?: CompilePattern;
};

export type EndpointPlan =
  | { readonly kind: 'endpoints'; readonly endpoints: readonly RewritingEndpoint[] }
  | FilesFailure;

/** The endpoints in the order in which they are tried; at least one. */
export function planEndpoints(
  registry: string,
  { configPath, files }: HostsConfiguration,
  puller: Puller,
): EndpointPlan {
  if (configPath === '' && puller.path === 'local')
    return { kind: 'endpoints', endpoints: [legacyEndpointOf(registry, puller)] };
  const directory = hostDirectoryOf(registry, configPath, files, puller);
  const loaded = directory === undefined ? undefined : loadHostDirectory(directory, files, puller);
  if (loaded !== undefined && loaded.kind !== 'value') return loaded;
  const hosts = loaded?.value ?? [unconfigured];
  const endpoints: RewritingEndpoint[] = [];
  for (const [index, host] of hosts.entries()) {
    const isLast = index === hosts.length - 1;
    const settings = isLast && host.host === '' ? withDefaultHost(host, registry, puller) : host;
    const endpoint = endpointOf(settings, registry, files, puller);
    if (endpoint.kind !== 'value') return endpoint;
    const isOnNode = !isLast && isLoopbackReference(endpoint.value.host);
    endpoints.push({ ...endpoint.value, ...(isOnNode && { isOnNode }) });
  }
  return { kind: 'endpoints', endpoints };
}

/** The registry itself; of what the file says about it only TLS and headers count. */
function withDefaultHost(settings: HostSettings, registry: string, puller: Puller): HostSettings {
  const { scheme, skipsVerification } = defaultSchemeOf(registry);
  return {
    ...settings,
    scheme,
    host: hostOfRegistry(registry),
    path: '/v2',
    capabilities: allCapabilities(puller),
    ...(skipsVerification && { skipVerify: true }),
  };
}

function endpointOf(
  settings: HostSettings,
  registry: string,
  files: NodeFiles,
  puller: Puller,
): FromFiles<RewritingEndpoint> {
  const { host, path, capabilities, ca, client, skipVerify, headers, rewrites } = settings;
  const roots = readRoots(files, ca ?? []);
  if (roots.kind !== 'value') return roots;
  const clientCertificates = readClientCertificates(files, client ?? []);
  if (clientCertificates.kind !== 'value') return clientCertificates;
  const httpFallback =
    settings.scheme === 'http' && speaksOfTls(settings, puller) && splitHostPort(host)?.port !== '80';
  const endpoint: RewritingEndpoint = {
    scheme: httpFallback ? 'https' : settings.scheme,
    host,
    path,
    capabilities,
    tls: {
      verifiesCertificate: skipVerify !== true,
      ...(ca && { extraRoots: roots.value }),
      clientCertificates: clientCertificates.value,
    },
    headers,
    tokenHeaders: isAtLeast(puller.generation, '2.1') ? headers : [],
    httpFallback,
    ...nsOf(registry, host),
    ...(rewrites && { rewrites }),
  };
  return { kind: 'value', value: endpoint };
}

/** Whatever is said about TLS, `skip_verify = false` too, makes https of http, with a fallback; in 2.0 a dial timeout does as well. */
function speaksOfTls({ ca, client, skipVerify, hasDialTimeout }: HostSettings, { generation }: Puller): boolean {
  return (
    ca !== undefined || client !== undefined || skipVerify !== undefined || (generation === '2.0' && hasDialTimeout)
  );
}
