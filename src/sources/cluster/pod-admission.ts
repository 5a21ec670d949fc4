/** What changes Pods on their way from their templates, as the cluster shows it; looked up before a denial. */
import type { PodAdmission } from '../../core/pull/world.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { Api } from './api.ts';
import { podDifferencesIn } from './pod-differences.ts';
import { podMutatorsIn } from './pod-mutators.ts';

/** An admission waits for it. */
const admissionTimeoutMs = 1_500;

export function podAdmissionIn(
  api: Pick<Api, 'get'>,
  timeoutMs: number = admissionTimeoutMs,
): (workload: Workload, signal: AbortSignal) => Promise<PodAdmission> {
  const readMutators = podMutatorsIn(api, timeoutMs);
  const readDifferences = podDifferencesIn(api, timeoutMs);
  return async ({ namespace }, signal) => {
    const [mutators, differences] = await Promise.all([readMutators(signal), readDifferences(namespace, signal)]);
    return { ...mutators, ...differences };
  };
}
