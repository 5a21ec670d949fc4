/** In a cluster: the facts come from its API server. */
import { setTimeout } from 'node:timers/promises';
import type { HostPattern } from '../../core/egress/host-pattern.ts';
import { parseHostPattern } from '../../core/egress/host-pattern.ts';
import { type Api, type ApiSettings, openApi } from '../../sources/cluster/api.ts';
import { watchCluster } from '../../sources/cluster/cluster-facts.ts';
import { rewritersIn } from '../../sources/cluster/rewriters.ts';
import { usesIn } from '../../sources/cluster/uses.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { ClusterFacts } from './facts.ts';

export type OpenCluster = {
  readonly facts: ClusterFacts;
  /** Where nobody may lead us (quality.md S4). */
  readonly apiServer: readonly HostPattern[];
  /** Absent where there is no cluster. */
  readonly api?: Api;
  readonly close: () => void;
};

/** A list that takes longer is waited for by readiness, not by the start. */
const patienceMs = 2_000;

/** @throws Error that says what is wrong with the kubeconfig */
export async function openCluster(settings: ApiSettings, log: Logger): Promise<OpenCluster> {
  const api = openApi(settings);
  const ends = new AbortController();
  const source = watchCluster(api, {
    signal: ends.signal,
    onTrouble: (kind, reason) => log.warn({ kind, reason }, 'the API server cannot be watched'),
  });
  for (let waitedMs = 0; waitedMs < patienceMs && source.notSynced().length > 0; waitedMs += 25) await setTimeout(25);
  return {
    facts: {
      worldOf: source.worldOf,
      namespaceNamed: source.namespaceNamed,
      usesOf: usesIn(api),
      rewritersSeen: rewritersIn(api),
      ages: source.ages,
      notReadyBecause: () => {
        const missing = source.notSynced();
        return missing.length === 0 ? undefined : `not synced: ${missing.join(', ')}`;
      },
    },
    api,
    apiServer: patternsOf(api),
    close: () => {
      ends.abort();
      api.close();
    },
  };
}

function patternsOf({ host, port }: Api): readonly HostPattern[] {
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
