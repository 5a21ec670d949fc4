import type { Endpoint } from '../../../src/core/registry/endpoint.ts';
import { type EndpointPlan, planEndpoints } from '../../../src/core/registry/hosts-toml.ts';
import type { Family } from '../play.ts';

type Input = { readonly files: Readonly<Record<string, string>>; readonly host: string };
type Expected = { readonly hosts: readonly unknown[] } | { readonly error: string };

const configPath = '/etc/containerd/certs.d';

/** The vectors were answered by 2.3 with a single directory, which both ways of pulling read alike. */
export const hostsToml: Family = ({ files, host }: Input, expected: Expected) => {
  const trees = new Map([[configPath, new Map(Object.entries(files))]]);
  const plan = planEndpoints(host, { configPath, files: trees }, { path: 'transfer', generation: '2.3' });
  return { expected: 'error' in expected ? { error: true } : expected, came: cameOf(plan) };
};

function cameOf(plan: EndpointPlan): unknown {
  // Beyond the directory of the vector nothing exists, so a file that is not known there is one that cannot be read.
  return plan.kind === 'endpoints' ? { hosts: plan.endpoints.map(vectorHostOf) } : { error: true };
}

function vectorHostOf({ scheme, host, path, capabilities, tls, headers, httpFallback }: Endpoint): unknown {
  return {
    scheme,
    host,
    path,
    capabilities,
    ...(!tls.verifiesCertificate && { skipVerify: true }),
    ...(tls.extraRoots && { customRoots: true }),
    ...(httpFallback && { httpFallback }),
    ...(headers.length > 0 && { header: Object.fromEntries(headers) }),
  };
}
