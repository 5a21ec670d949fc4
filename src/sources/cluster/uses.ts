/**
 * Whether an image is in use in a namespace: a Pod there has pulled it, or a former revision of the same owner names it.
 * Looked up only before something would be denied, because a rollback or a re-creation must never be blocked (contract §3,
 * C10).
 */
import { LRUCache } from 'lru-cache';
import type { ImageReference } from '../../core/image/reference.ts';
import { imagesOfOwner, imagesOfPod, type OwnerName } from '../../core/workload/images-in-use.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { Api } from './api.ts';
import { listPath, namespacePath } from './api-path.ts';
import { type Listed, listBounded } from './bounded-list.ts';
import { type MessageShape, podListShape } from './protobuf.ts';
import { type SharedRead, sharedReading } from './shared-reading.ts';

export type UsesSeen = {
  /** By what containerd would resolve: a sentence that says who uses it. */
  readonly users: ReadonlyMap<string, string>;
  /** Any image may be in use: not all could be looked at, or not in time. */
  readonly doubt?: string;
  /** What could not be looked at, where that leaves no doubt. */
  readonly unseen?: string;
};

export type UsesWanted = {
  readonly signal: AbortSignal;
  /** What is updated was used before: without the right to look, that counts. */
  readonly isUpdate: boolean;
  /** The workload itself is there, and no request for it: what its own revisions name says nothing. */
  readonly withoutHistory?: true;
};

type User = { readonly name: string; readonly owners: readonly OwnerName[]; readonly references: readonly string[] };
type UsersListed = { readonly using: readonly User[]; readonly listed: Listed };

type Resource = {
  /** `pods`, `jobs.batch`: in the words of RBAC. */
  readonly name: string;
  /** Inside of the namespace. */
  readonly pathIn: (inCore: string) => string;
  readonly parse: (object: unknown) => User | undefined;
  readonly shape?: MessageShape;
};

/** Of one list: 4,000 Pods of 11 KB take about a second. Whoever waits for it has a deadline besides. */
const admissionTimeoutMs = 3_000;
/** Reviews that come together, as those of a rollout do, share a list. */
const keptMs = 2_000;
/** Whoever has more than 4,000 Pods or revisions in a namespace is not made to wait for the rest. */
const mostPages = 8;
const mostLists = 64;

export function usesIn(
  api: Pick<Api, 'get'>,
  timeoutMs: number = admissionTimeoutMs,
): (workload: Workload, wanted: UsesWanted) => Promise<UsesSeen> {
  const readings = new LRUCache<string, SharedRead<UsersListed>>({
    max: mostLists,
    ttl: timeoutMs + keptMs,
    ttlAutopurge: true,
  });

  async function list(
    { name, pathIn, parse, shape }: Resource,
    inCore: string,
    signal: AbortSignal,
  ): Promise<UsersListed> {
    const path = pathIn(inCore);
    const read = async (ends: AbortSignal): Promise<UsersListed> => {
      const using: User[] = [];
      const onObject = (object: unknown) => {
        const one = parse(object);
        if (one !== undefined && one.references.length > 0) using.push(one);
      };
      const what = { path, resource: name, onObject, mostPages, ...(shape && { shape }) };
      return { listed: await listBounded(api, what, ends), using };
    };
    const reading = readings.get(path) ?? sharedReading(read, { timeoutMs, keptMsOf: () => keptMs, late });
    readings.set(path, reading);
    return reading(signal);
  }

  return async ({ namespace, kind, name }, { signal, isUpdate, withoutHistory }) => {
    const users = new Map<string, string>();
    const inCore = namespacePath(namespace);
    if (inCore === undefined) return { users };
    const [running, ...former] = await Promise.all([
      list(pods, inCore, signal),
      ...(withoutHistory ? [] : historyOf(kind)).map(async (history) => ({
        history,
        ...(await list(history.resource, inCore, signal)),
      })),
    ]);
    for (const { history, using } of former)
      for (const one of using.filter((revision) => isOfOwner(revision, { kind, name })))
        for (const reference of one.references)
          users.set(reference, `${history.kind} ${one.name} uses the image, so a rollback may need it`);
    for (const { name: pod, references } of running.using)
      for (const reference of references) users.set(reference, `Pod ${pod} already pulled the image`);
    return { users, ...unknownOf(running.listed, former, isUpdate) };
  };
}

const late: UsersListed = { using: [], listed: { end: 'failed', why: 'no answer before the deadline' } };

/** An object without an owner belongs to the owner that is created again under its name: `--cascade=orphan` leaves it so. */
function isOfOwner(revision: User, { kind, name }: OwnerName): boolean {
  const { owners } = revision;
  if (owners.length === 0) return revision.name.startsWith(`${name}-`);
  return owners.some((owner) => owner.kind === kind && owner.name === name);
}

/** A rollback needs all revisions; of Pods the first thousands tell enough where nothing is updated. */
function unknownOf(
  running: Listed,
  former: readonly UsersListed[],
  isUpdate: boolean,
): Pick<UsesSeen, 'doubt' | 'unseen'> {
  const lists = [running, ...former.map(({ listed }) => listed)].filter(({ end }) => end !== 'all');
  if (lists.length === 0) return {};
  const isDoubtful = lists.some(
    (listed) =>
      isUpdate ||
      listed.end === 'failed' ||
      listed.end === 'interrupted' ||
      (listed.end === 'too-many' && listed !== running),
  );
  const why = [...new Set(lists.flatMap((listed) => listed.why ?? []))].join(', ');
  return isDoubtful ? { doubt: `the image may be in use (${why})` } : { unseen: why };
}

/** What of it counts for one image, in the words of the judgement. */
export function useOf(
  { users, doubt, unseen }: UsesSeen,
  { pulled }: ImageReference,
): { readonly inUse?: string; readonly unseenUse?: string } {
  const inUse = users.get(pulled) ?? doubt;
  return { ...(inUse !== undefined && { inUse }), ...(unseen !== undefined && { unseenUse: unseen }) };
}

const pods: Resource = {
  name: 'pods',
  pathIn: (inCore) => listPath(inCore, 'v1', 'pods'),
  parse: (object) => {
    const pod = imagesOfPod(object);
    return pod && { name: pod.name, owners: [], references: pod.running };
  },
  shape: podListShape,
};

/** `kind`: of the objects in which the controller of an owner keeps what it was before. */
type History = { readonly kind: string; readonly resource: Resource };

const replicaSets = historyIn('ReplicaSet', 'replicasets', 'apps');
const revisions = historyIn('ControllerRevision', 'controllerrevisions', 'apps');
const jobs = historyIn('Job', 'jobs', 'batch');

function historyIn(kind: string, plural: string, group: string): History {
  const pathIn = (inCore: string) => listPath(inCore, `${group}/v1`, plural);
  return { kind, resource: { name: `${plural}.${group}`, pathIn, parse: namedBy } };
}

function namedBy(object: unknown): User | undefined {
  const owner = imagesOfOwner(object);
  return owner && { name: owner.name, owners: owner.owners, references: owner.named };
}

function historyOf(kind: string): readonly History[] {
  switch (kind) {
    case 'Pod':
    case 'PodTemplate':
    case 'ReplicationController':
    case 'ReplicaSet':
    case 'Job':
      return [];
    case 'Deployment':
      return [replicaSets];
    case 'StatefulSet':
    case 'DaemonSet':
      return [revisions];
    case 'CronJob':
      return [jobs];
    // Custom kinds are made in the image of built-in ones: Rollouts of Argo, CloneSets of OpenKruise.
    default:
      return [replicaSets, revisions, jobs];
  }
}
