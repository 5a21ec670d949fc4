/**
 * What runs already: looked up only before something would be denied, because a rollback, or a Pod more of what runs, must
 * never be blocked (contract §3, C10).
 */
import type { ImageReference } from '../../core/image/reference.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { Api, ApiAnswer } from './api.ts';
import { namespacePath } from './api-path.ts';
import { lengthOf } from './lookups.ts';
import { type OnDemandSettings, onDemand } from './on-demand.ts';
import {
  type NamesImages,
  namedByReplicaSets,
  namedByRevisions,
  type Pulled,
  pulledByPods,
  type UsesListed,
} from './uses-listed.ts';

export type UsesSeen = {
  /** By what containerd would resolve: a sentence that says who uses it. */
  readonly users: ReadonlyMap<string, string>;
  /** A line for each kind that could not be listed, or not to its end. */
  readonly unseen: readonly string[];
};

/** One page: who has more Pods than this in a namespace is not made to wait for the rest. */
const mostListed = 500;
/** An admission waits for it. */
const admissionTimeoutMs = 1_500;

/** Reviews that come together, as those of a rollout do, share a list. */
const ofLists = { keptMs: 2_000, mostAnswerBytes: 64 * 1024 * 1024 } satisfies Partial<OnDemandSettings<unknown>>;

export function usesIn(
  api: Api,
  timeoutMs: number = admissionTimeoutMs,
): (workload: Workload, signal: AbortSignal) => Promise<UsesSeen> {
  const pods = onDemand<UsesListed<Pulled>>(api, {
    ...ofLists,
    bytesOf: (listed) => bytesOf(listed, ({ pod }) => [pod]),
  });
  const revisions = onDemand<UsesListed<NamesImages>>(api, {
    ...ofLists,
    bytesOf: (listed) => bytesOf(listed, ({ name, owners }) => [name, ...owners.map((owner) => owner.name)]),
  });
  return async ({ namespace, kind, name }, signal) => {
    const users = new Map<string, string>();
    const inCore = namespacePath(namespace);
    if (inCore === undefined) return { users, unseen: [] };
    const options = { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]), isLive: false };
    const query = `limit=${mostListed}`;
    const history = historyOf(kind);
    const [running, former] = await Promise.all([
      pods(`${inCore}/pods?${query}`, pulledByPods, options),
      history &&
        revisions(`${inCore.replace('/api/v1', '/apis/apps/v1')}/${history.resource}?${query}`, history.parse, options),
    ]);
    const isOwn = ({ owners }: NamesImages) => owners.some((owner) => owner.kind === kind && owner.name === name);
    for (const revision of former?.uses.filter(isOwn) ?? [])
      for (const reference of revision.references)
        users.set(reference, `${history?.kind} ${revision.name} names it: a rollback may need it`);
    for (const { pod, references } of running.uses)
      for (const reference of references) users.set(reference, `Pod ${pod} has pulled it already`);
    return { users, unseen: [...unseenOf('pods', running), ...(history ? unseenOf(history.resource, former) : [])] };
  };
}

/** What of it counts for one image, in the words of the judgement. */
export function useOf(
  { users, unseen }: UsesSeen,
  { pulled }: ImageReference,
): { readonly inUse?: string; readonly unseen: readonly string[] } {
  const inUse = users.get(pulled);
  return { ...(inUse !== undefined && { inUse }), unseen };
}

type History = {
  readonly kind: string;
  readonly resource: string;
  readonly parse: (answer: ApiAnswer) => UsesListed<NamesImages>;
};

function historyOf(kind: string): History | undefined {
  if (kind === 'Deployment') return { kind: 'ReplicaSet', resource: 'replicasets', parse: namedByReplicaSets };
  if (kind !== 'StatefulSet' && kind !== 'DaemonSet') return undefined;
  return { kind: 'ControllerRevision', resource: 'controllerrevisions', parse: namedByRevisions };
}

function unseenOf(resource: string, listed: UsesListed<unknown> | undefined): readonly string[] {
  switch (listed?.kind) {
    case 'all':
      return [];
    case 'first-page':
      return [`uses=unchecked (there are more than ${mostListed} ${resource})`];
    case 'unknown':
    case undefined:
      return [`uses=unchecked (${resource} cannot be listed)`];
  }
}

function bytesOf<Use extends { readonly references: readonly string[] }>(
  { uses }: UsesListed<Use>,
  textsOf: (use: Use) => readonly string[],
): number {
  return lengthOf(uses.flatMap((use) => [...textsOf(use), ...use.references]));
}
