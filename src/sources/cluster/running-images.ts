/**
 * Which images run anywhere in the cluster (contract §3, C18), and which are named there, now or in a former revision (C19):
 * looked up only before something would be denied, of a few thousand objects of each kind, and kept for some seconds.
 */
import { imagesOfOwner, imagesOfPod } from '../../core/workload/images-in-use.ts';
import type { Api } from './api.ts';
import { type Listed, listBounded } from './bounded-list.ts';
import { podListShape } from './protobuf.ts';
import { type SharedRead, sharedReading } from './shared-reading.ts';

export type RunningImages = {
  /** By what containerd would resolve: `Pod shop/web-1`. */
  readonly runners: ReadonlyMap<string, string>;
  readonly namers: ReadonlyMap<string, string>;
  /** A line each, as `assuming` has them. */
  readonly unseen: readonly string[];
  /** Nothing could be found out of what runs, since the API server failed. */
  readonly hasFailed: boolean;
};

const keptMs = 10_000;
const failureKeptMs = 2_000;
/** 4,000 objects of a kind: who has more is not made to wait for the rest. */
const mostPages = 8;

export function runningPodsIn(api: Pick<Api, 'get'>, timeoutMs: number, now?: () => number): SharedRead<RunningImages> {
  const read = async (signal: AbortSignal): Promise<RunningImages> => {
    const runners = new Map<string, string>();
    const namers = new Map<string, string>();
    const onObject = (object: unknown) => {
      const pod = imagesOfPod(object);
      if (pod === undefined) return;
      const place = placeOf('Pod', pod);
      for (const reference of pod.running) runners.set(reference, place);
      for (const reference of pod.named) namers.set(reference, place);
    };
    const listed = await listBounded(
      api,
      { path: '/api/v1/pods', resource: 'pods', onObject, mostPages, shape: podListShape },
      signal,
    );
    return { runners, namers, unseen: unseenLine('running', [listed]), hasFailed: listed.end === 'failed' };
  };
  const late = { runners: new Map(), namers: new Map(), unseen: [], hasFailed: true };
  return sharedReading(read, { timeoutMs, keptMsOf, late, now });
}

const owners = [
  { kind: 'ReplicaSet', group: 'apps', resource: 'replicasets' },
  { kind: 'ControllerRevision', group: 'apps', resource: 'controllerrevisions' },
  { kind: 'CronJob', group: 'batch', resource: 'cronjobs' },
  { kind: 'Job', group: 'batch', resource: 'jobs' },
] as const;

/** What the controllers of the cluster name. Deployments and the like name what their newest revision does. */
export function namedByOwnersIn(
  api: Pick<Api, 'get'>,
  timeoutMs: number,
  now?: () => number,
): SharedRead<RunningImages> {
  const read = async (signal: AbortSignal): Promise<RunningImages> => {
    const namers = new Map<string, string>();
    const lists = await Promise.all(
      owners.map(({ kind, group, resource }) => {
        const onObject = (object: unknown) => {
          const owner = imagesOfOwner(object);
          for (const reference of owner?.named ?? []) namers.set(reference, owner ? placeOf(kind, owner) : kind);
        };
        const path = `/apis/${group}/v1/${resource}`;
        return listBounded(api, { path, resource: `${resource}.${group}`, onObject, mostPages }, signal);
      }),
    );
    const hasFailed = lists.some(({ end }) => end === 'failed');
    return { runners: new Map(), namers, unseen: unseenLine('named', lists), hasFailed };
  };
  const late = {
    runners: new Map(),
    namers: new Map(),
    unseen: ['named=unchecked (no answer before the deadline)'],
    hasFailed: true,
  };
  return sharedReading(read, { timeoutMs, keptMsOf, late, now });
}

function keptMsOf({ hasFailed }: RunningImages): number {
  return hasFailed ? failureKeptMs : keptMs;
}

function placeOf(kind: string, { namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${kind} ${namespace}/${name}`;
}

function unseenLine(key: string, lists: readonly Listed[]): readonly string[] {
  const whys = [...new Set(lists.flatMap(({ why }) => why ?? []))];
  return whys.length === 0 ? [] : [`${key}=unchecked (${whys.join(', ')})`];
}
