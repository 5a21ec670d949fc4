/**
 * Webhooks and policies that may change Pods on their way into the cluster: listed only before something would be denied, and
 * kept for a minute (contract §3, C20).
 */
import { parseMutatingAdmissionPolicy } from '../../core/object/mutating-admission-policy.ts';
import { parseMutatingWebhookConfiguration } from '../../core/object/mutating-webhook-configuration.ts';
import type { PodAdmission } from '../../core/pull/world.ts';
import { mutatorOfPolicy, mutatorsOfWebhooks, type PodMutator } from '../../core/workload/pod-mutators.ts';
import type { Api } from './api.ts';
import { type Listed, listBounded } from './bounded-list.ts';
import { type SharedRead, sharedReading } from './shared-reading.ts';

type MutatorsSeen = Pick<PodAdmission, 'mutators' | 'unseenMutators'>;

const group = 'admissionregistration.k8s.io';
/** v1 since Kubernetes 1.36, the others before. */
const policyVersions = ['v1', 'v1beta1', 'v1alpha1'];
const keptMs = 60_000;
/** A right that was missing may have been granted, and the API server may be back. */
const failureKeptMs = 10_000;
const mostPages = 4;

export function podMutatorsIn(api: Pick<Api, 'get'>, timeoutMs: number, now?: () => number): SharedRead<MutatorsSeen> {
  const read = async (signal: AbortSignal): Promise<MutatorsSeen> => {
    const mutators: PodMutator[] = [];
    const listed = await Promise.all([webhooksIn(api, mutators, signal), policiesIn(api, mutators, signal)]);
    const whys = [...new Set(listed.flatMap((one) => one?.why ?? []))];
    return { mutators, ...(whys.length > 0 && { unseenMutators: whys.join(', ') }) };
  };
  return sharedReading(read, {
    timeoutMs,
    keptMsOf: ({ unseenMutators }) => (unseenMutators === undefined ? keptMs : failureKeptMs),
    late: { mutators: [], unseenMutators: 'the API server does not answer before the deadline' },
    now,
  });
}

async function webhooksIn(
  api: Pick<Api, 'get'>,
  found: PodMutator[],
  signal: AbortSignal,
): Promise<Listed | undefined> {
  const resource = 'mutatingwebhookconfigurations';
  const onObject = (object: unknown) => {
    const parsed = parseMutatingWebhookConfiguration(object);
    if (parsed.ok) found.push(...mutatorsOfWebhooks(parsed.configuration));
  };
  const path = `/apis/${group}/v1/${resource}`;
  return served(await listBounded(api, { path, resource: `${resource}.${group}`, onObject, mostPages }, signal));
}

/** What the API server does not know there is none of. */
function served(listed: Listed): Listed | undefined {
  return listed.end === 'unlisted' && listed.why === 'the API server answers 404' ? undefined : listed;
}

async function policiesIn(
  api: Pick<Api, 'get'>,
  found: PodMutator[],
  signal: AbortSignal,
): Promise<Listed | undefined> {
  const resource = 'mutatingadmissionpolicies';
  const onObject = (object: unknown) => {
    const policy = parseMutatingAdmissionPolicy(object);
    const mutator = policy && mutatorOfPolicy(policy);
    if (mutator !== undefined) found.push(mutator);
  };
  for (const version of policyVersions) {
    const list = {
      path: `/apis/${group}/${version}/${resource}`,
      resource: `${resource}.${group}`,
      onObject,
      mostPages,
    };
    const listed = served(await listBounded(api, list, signal));
    if (listed !== undefined) return listed;
  }
  return undefined;
}
