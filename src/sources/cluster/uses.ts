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
  /** Somebody else may use any image: not all could be looked at, or not in time. */
  readonly doubt?: string;
  /** A line for each kind that may not be listed. */
  readonly unseen: readonly string[];
};

export type UsesWanted = {
  readonly signal: AbortSignal;
  /** Also what former revisions name. Of what is created there are none, and what exists names its own images there. */
  readonly withHistory: boolean;
};

const pageSize = 500;
/** Who has more Pods, or former revisions, in a namespace is not made to wait for the rest. */
const mostPages = 8;
/** An admission waits for it. */
const admissionTimeoutMs = 1_500;

/** Reviews that come together, as those of a rollout do, share a list. */
const ofLists = { keptMs: 2_000, mostAnswerBytes: 64 * 1024 * 1024 } satisfies Partial<OnDemandSettings<unknown>>;

export function usesIn(
  api: Api,
  timeoutMs: number = admissionTimeoutMs,
): (workload: Workload, wanted: UsesWanted) => Promise<UsesSeen> {
  const pods = onDemand<UsesListed<Pulled>>(api, {
    ...ofLists,
    bytesOf: (listed) => bytesOf(listed, ({ pod }) => [pod]),
  });
  const revisions = onDemand<UsesListed<NamesImages>>(api, {
    ...ofLists,
    bytesOf: (listed) => bytesOf(listed, ({ name, owners }) => [name, ...owners.map((owner) => owner.name)]),
  });
  return async ({ namespace, kind, name }, { signal, withHistory }) => {
    const users = new Map<string, string>();
    const inCore = namespacePath(namespace);
    if (inCore === undefined) return { users, unseen: [] };
    const options = { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]), isLive: false };
    const history = withHistory ? historyOf(kind) : undefined;
    const [running, former] = await Promise.all([
      allPages((query) => pods(`${inCore}/pods?${query}`, pulledByPods, options)),
      history === undefined
        ? undefined
        : allPages((query) =>
            revisions(
              `${inCore.replace('/api/v1', '/apis/apps/v1')}/${history.resource}?${query}`,
              history.parse,
              options,
            ),
          ),
    ]);
    const isOwn = ({ owners }: NamesImages) => owners.some((owner) => owner.kind === kind && owner.name === name);
    for (const revision of former?.uses.filter(isOwn) ?? [])
      for (const reference of revision.references)
        users.set(reference, `${history?.kind} ${revision.name} names it: a rollback may need it`);
    for (const { pod, references } of running.uses)
      for (const reference of references) users.set(reference, `Pod ${pod} has pulled it already`);
    const lists = [
      { resource: 'pods', end: running.end },
      ...(history && former ? [{ resource: history.resource, end: former.end }] : []),
    ];
    const forbidden = lists.filter(({ end }) => end === 'forbidden');
    // Of Pods the first thousands tell enough; a rollback needs all revisions.
    const doubtful = lists.filter(
      ({ end, resource }) => end === 'failed' || (end === 'in-part' && resource !== 'pods'),
    );
    const [doubted] = doubtful.map(({ resource }) => resource);
    return {
      users,
      ...(doubted !== undefined && { doubt: `it may be in use: not all ${doubted} could be listed` }),
      unseen: [
        ...forbidden.map(({ resource }) => `uses=unchecked (${resource} cannot be listed)`),
        ...(running.end === 'in-part' ? [`uses=unchecked (there are more than ${pageSize * mostPages} pods)`] : []),
      ],
    };
  };
}

type AllListed<Use> = {
  readonly uses: readonly Use[];
  readonly end: 'all' | 'in-part' | 'forbidden' | 'failed';
};

async function allPages<Use>(page: (query: string) => Promise<UsesListed<Use>>): Promise<AllListed<Use>> {
  const uses: Use[] = [];
  let token: string | undefined;
  for (let count = 0; count < mostPages; count += 1) {
    const query = new URLSearchParams({ limit: String(pageSize), ...(token !== undefined && { continue: token }) });
    const listed = await page(query.toString());
    if (listed.kind !== 'page') return { uses, end: listed.kind };
    uses.push(...listed.uses);
    token = listed.next;
    if (token === undefined) return { uses, end: 'all' };
  }
  return { uses, end: 'in-part' };
}

/** What of it counts for one image, in the words of the judgement. */
export function useOf(
  { users, doubt, unseen }: UsesSeen,
  { pulled }: ImageReference,
): { readonly inUse?: string; readonly unseen: readonly string[] } {
  const inUse = users.get(pulled) ?? doubt;
  return { ...(inUse !== undefined && { inUse }), unseen };
}

type History = {
  readonly kind: string;
  readonly resource: string;
  readonly parse: (answer: ApiAnswer) => UsesListed<NamesImages>;
};

/** Nothing is rolled back to what these were. */
const withoutHistory: ReadonlySet<string> = new Set([
  'Pod',
  'PodTemplate',
  'ReplicationController',
  'ReplicaSet',
  'Job',
  'CronJob',
]);

/** Custom kinds are mostly made in the image of Deployments, such as the Rollouts of Argo. */
function historyOf(kind: string): History | undefined {
  if (withoutHistory.has(kind)) return undefined;
  if (kind === 'StatefulSet' || kind === 'DaemonSet')
    return { kind: 'ControllerRevision', resource: 'controllerrevisions', parse: namedByRevisions };
  return { kind: 'ReplicaSet', resource: 'replicasets', parse: namedByReplicaSets };
}

function bytesOf<Use extends { readonly references: readonly string[] }>(
  listed: UsesListed<Use>,
  textsOf: (use: Use) => readonly string[],
): number {
  return listed.kind !== 'page' ? 0 : lengthOf(listed.uses.flatMap((use) => [...textsOf(use), ...use.references]));
}
