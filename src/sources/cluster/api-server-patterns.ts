/**
 * Where no name of a registry may lead (quality.md S4): the API server as we reach it, as Pods reach it, and the
 * endpoints of that, which control planes write to the EndpointSlice `kubernetes` (kube-apiserver, reconcilers).
 */
import { type HostPattern, parseHostPattern } from '../../core/egress/host-pattern.ts';
import { parseEndpointSlice } from '../../core/object/endpoint-slice.ts';
import type { Api } from './api.ts';

export type ApiServerPatterns = {
  readonly now: () => readonly HostPattern[];
  /** Reads the endpoints. Those that were known stay where it fails. @returns why it failed */
  readonly readEndpoints: (signal: AbortSignal) => Promise<string | undefined>;
};

const path = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes';

export function apiServerPatterns({ host, port, get }: Pick<Api, 'host' | 'port' | 'get'>): ApiServerPatterns {
  const service = process.env.KUBERNETES_SERVICE_HOST;
  const servicePort = process.env.KUBERNETES_SERVICE_PORT ?? '443';
  const written = patternsOf([
    at(host, port),
    ...(service === undefined ? [] : [at(service, servicePort)]),
    'kubernetes.default.svc',
  ]);
  let endpoints: readonly HostPattern[] = [];
  return {
    now: () => [...written, ...endpoints],
    readEndpoints: async (signal) => {
      const answer = await get(path, signal);
      switch (answer.kind) {
        case 'ok': {
          const { addresses, ports } = parseEndpointSlice(answer.value) ?? { addresses: [], ports: [] };
          endpoints = patternsOf(addresses.flatMap((address) => ports.map((each) => at(address, each))));
          return undefined;
        }
        case 'absent':
          return 'status 404';
        case 'refused':
          return `status ${answer.status}`;
        case 'unreachable':
          return answer.reason;
      }
    },
  };
}

function patternsOf(texts: readonly string[]): readonly HostPattern[] {
  return texts.flatMap((text) => {
    const parsed = parseHostPattern(text);
    return parsed.ok ? [parsed.pattern] : [];
  });
}

function at(host: string, port: string | number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
