/**
 * How the Pods of a namespace differ from the templates that they were made of: looked up only before something would be
 * denied, of a few hundred objects of each kind, and kept for some seconds (contract §3, C20).
 */
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import type { PodAdmission } from '../../core/pull/world.ts';
import { type PodDifference, podDifference, wayOf } from '../../core/workload/pod-difference.ts';
import { parseWorkload, type Workload } from '../../core/workload/workload.ts';
import { builtInWorkloadKinds } from '../../core/workload/workload-kind.ts';
import type { Api } from './api.ts';
import { listPath, namespacePath } from './api-path.ts';
import { listBounded } from './bounded-list.ts';
import { type SharedRead, sharedReading } from './shared-reading.ts';

type DifferencesSeen = Pick<PodAdmission, 'differences' | 'unseenPods'>;

const keptMs = 10_000;
const mostPages = 2;
const mostNamespaces = 64;

const owners = [
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', resource: 'replicasets' },
  { apiVersion: 'batch/v1', kind: 'Job', resource: 'jobs' },
  { apiVersion: 'apps/v1', kind: 'ControllerRevision', resource: 'controllerrevisions' },
] as const;

export function podDifferencesIn(
  api: Pick<Api, 'get'>,
  timeoutMs: number,
): (namespace: string, signal: AbortSignal) => Promise<DifferencesSeen> {
  const readings = new LRUCache<string, SharedRead<DifferencesSeen>>({ max: mostNamespaces });
  const begin = (namespace: string) =>
    sharedReading((signal) => read(api, namespace, signal), {
      timeoutMs,
      keptMsOf: () => keptMs,
      late: { differences: [], unseenPods: 'no answer before the deadline' },
    });
  return async (namespace, signal) => {
    const reading = readings.get(namespace) ?? begin(namespace);
    readings.set(namespace, reading);
    return reading(signal);
  };
}

async function read(api: Pick<Api, 'get'>, namespace: string, signal: AbortSignal): Promise<DifferencesSeen> {
  const inCore = namespacePath(namespace);
  if (inCore === undefined) return { differences: [] };
  const pods: Workload[] = [];
  const hashes = new Map<string, string>();
  const templates = new Map<string, Workload>();
  const parsed = (object: unknown, apiVersion: string, kind: string) =>
    workloadIn({ ...(object as object), apiVersion, kind }, namespace);
  const lists = await Promise.all([
    listBounded(
      api,
      {
        path: listPath(inCore, 'v1', 'pods'),
        resource: 'pods',
        mostPages,
        onObject: (object) => {
          const pod = parsed(object, 'v1', 'Pod');
          if (pod?.controller === undefined) return;
          pods.push(pod);
          hashes.set(pod.name, revisionOf(object));
        },
      },
      signal,
    ),
    ...owners.map(({ apiVersion, kind, resource }) =>
      listBounded(
        api,
        {
          path: listPath(inCore, apiVersion, resource),
          resource: `${resource}.${apiVersion.split('/')[0]}`,
          mostPages,
          onObject: (object) => {
            const found =
              kind === 'ControllerRevision' ? revisedIn(object, namespace) : parsed(object, apiVersion, kind);
            if (found !== undefined) templates.set(`${kind} ${found.name}`, found);
          },
        },
        signal,
      ),
    ),
  ]);
  const differences = pods.flatMap((pod) => {
    const template = templateOf(pod, hashes.get(pod.name) ?? '', templates);
    // Whose Secrets its account listed when it was created nobody knows any more.
    return (template && podDifference(template, pod, undefined)) ?? [];
  });
  const whys = [...new Set(lists.flatMap(({ why }) => why ?? []))];
  return { differences: distinct(differences), ...(whys.length > 0 && { unseenPods: whys.join(', ') }) };
}

/** One of each way of being different: the rest says no more. */
function distinct(differences: readonly PodDifference[]): readonly PodDifference[] {
  const byWay = new Map<string, PodDifference>();
  for (const one of differences.toSorted((left, right) => (left.what < right.what ? -1 : 1))) {
    const way = `${one.ownerKind} ${wayOf(one)}`;
    if (!byWay.has(way)) byWay.set(way, one);
  }
  return [...byWay.values()];
}

function templateOf(
  { controller }: Workload,
  revision: string,
  templates: ReadonlyMap<string, Workload>,
): Workload | undefined {
  if (controller === undefined) return undefined;
  const { kind, name } = controller;
  if (kind !== 'StatefulSet' && kind !== 'DaemonSet') return templates.get(`${kind} ${name}`);
  // A StatefulSet writes the whole name of the revision there, a DaemonSet its hash.
  return templates.get(`ControllerRevision ${revision}`) ?? templates.get(`ControllerRevision ${name}-${revision}`);
}

function workloadIn(object: object, namespace: string): Workload | undefined {
  const parsed = parseWorkload(object, { kinds: builtInWorkloadKinds, namespace });
  return parsed.kind === 'workload' ? parsed.workload : undefined;
}

const labelled = z.object({ metadata: z.object({ labels: z.object({ 'controller-revision-hash': z.string() }) }) });

function revisionOf(pod: unknown): string {
  const parsed = labelled.safeParse(pod);
  return parsed.success ? parsed.data.metadata.labels['controller-revision-hash'] : '';
}

const revision = z.object({
  metadata: z.object({
    name: z.string(),
    ownerReferences: z.array(z.object({ kind: z.enum(['StatefulSet', 'DaemonSet']) })).min(1),
  }),
  data: z.object({ spec: z.object({ template: z.unknown() }) }),
});

/** The template that a ControllerRevision holds, as if it stood in its owner, under the name of the revision. */
function revisedIn(object: unknown, namespace: string): Workload | undefined {
  const parsed = revision.safeParse(object);
  if (!parsed.success) return undefined;
  const { metadata, data } = parsed.data;
  const [owner] = metadata.ownerReferences;
  const { name } = metadata;
  return workloadIn({ apiVersion: 'apps/v1', kind: owner?.kind, metadata: { name }, spec: data.spec }, namespace);
}
