/** In a cluster: the facts come from its API server. */
import { setTimeout } from 'node:timers/promises';
import type { HostPattern } from '../../core/egress/host-pattern.ts';
import { type Api, type ApiSettings, openApi } from '../../sources/cluster/api.ts';
import { type ApiServerPatterns, apiServerPatterns } from '../../sources/cluster/api-server-patterns.ts';
import { watchCluster } from '../../sources/cluster/cluster-facts.ts';
import { existingWorkloadsIn, kindsToList, type ListedKind } from '../../sources/cluster/existing-workloads.ts';
import { type FuseObject, fuseObjectIn } from '../../sources/cluster/fuse-object.ts';
import { rewritersIn } from '../../sources/cluster/rewriters.ts';
import { sharingLists } from '../../sources/cluster/sharing-lists.ts';
import { usesIn } from '../../sources/cluster/uses.ts';
import type { Logger } from '../../telemetry/log.ts';
import { type EventRecorder, eventRecorder } from './events.ts';
import type { ClusterFacts } from './facts.ts';

export type OpenCluster = {
  readonly facts: ClusterFacts;
  /** Where nobody may lead us (quality.md S4). */
  readonly apiServer: () => readonly HostPattern[];
  /** Absent where there is no cluster. */
  readonly api?: Api;
  readonly recordEvent?: EventRecorder;
  /** Of the fuse that the replicas in this namespace share. */
  readonly fuseObjectIn?: (namespace: string) => FuseObject;
  readonly close: () => void;
};

/** Control planes are moved at times. */
const endpointsEveryMs = 60_000;

/** The first time before anybody is asked. Without the right to read them what is known otherwise must do. */
async function readAgain(apiServer: ApiServerPatterns, ends: AbortSignal, log: Logger): Promise<void> {
  let trouble: string | undefined;
  const read = async (): Promise<void> => {
    const failed = await apiServer.readEndpoints(AbortSignal.any([ends, AbortSignal.timeout(patienceMs)]));
    if (failed !== undefined && failed !== trouble && !ends.aborted)
      log.warn(
        { reason: failed },
        'the endpoints of the API server cannot be read; its other addresses are not dialled',
      );
    trouble = failed;
  };
  await read();
  const timer = setInterval(() => void read(), endpointsEveryMs);
  ends.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/** A list that takes longer is waited for by readiness, not by the start. */
const patienceMs = 2_000;

/** @throws Error that says what is wrong with the kubeconfig */
export async function openCluster(
  settings: ApiSettings,
  customKindsNow: () => readonly ListedKind[],
  log: Logger,
): Promise<OpenCluster> {
  const api = openApi(settings);
  const lists = sharingLists(api);
  const ends = new AbortController();
  const source = watchCluster(lists, {
    signal: ends.signal,
    onTrouble: (kind, reason) => log.warn({ kind, reason }, 'the watch of the API server failed'),
    onRecovered: (kind) => log.info({ kind }, 'the watch of the API server works again'),
  });
  const apiServer = apiServerPatterns(api);
  const endpointsRead = readAgain(apiServer, ends.signal, log);
  for (let waitedMs = 0; waitedMs < patienceMs && source.notSynced().length > 0; waitedMs += 25) await setTimeout(25);
  await endpointsRead;
  return {
    facts: {
      worldOf: source.worldOf,
      namespaceNamed: source.namespaceNamed,
      usesOf: usesIn(lists),
      existingIn: existingWorkloadsIn(api, () => kindsToList(customKindsNow())),
      rewritersSeen: rewritersIn(lists),
      ages: source.ages,
      notReadyBecause: () => {
        const missing = source.notSynced();
        return missing.length === 0 ? undefined : `not synced: ${missing.join(', ')}`;
      },
    },
    api,
    recordEvent: eventRecorder(api, log),
    fuseObjectIn: (namespace) => fuseObjectIn(api, namespace),
    apiServer: apiServer.now,
    close: () => {
      ends.abort();
      api.close();
    },
  };
}
