import { type HostPattern, parseHostPattern } from '../../core/egress/host-pattern.ts';
import type { Api } from './api.ts';

/** Where nobody may lead us by the name of a registry (quality.md S4). */
export function apiServerPatterns({ host, port }: Pick<Api, 'host' | 'port'>): readonly HostPattern[] {
  const service = process.env.KUBERNETES_SERVICE_HOST;
  const servicePort = process.env.KUBERNETES_SERVICE_PORT ?? '443';
  const written = [
    at(host, String(port)),
    ...(service === undefined ? [] : [at(service, servicePort)]),
    'kubernetes.default.svc',
  ];
  return written.flatMap((text) => {
    const parsed = parseHostPattern(text);
    return parsed.ok ? [parsed.pattern] : [];
  });
}

function at(host: string, port: string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
