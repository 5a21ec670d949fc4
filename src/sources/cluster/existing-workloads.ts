/**
 * What a namespace holds already and what would pull anew: templates, and Pods of nobody. Listed when somebody changes the
 * mode of the namespace, where the right to do so is granted (contract §5).
 */
import * as z from 'zod';
import { parseWorkload, type Workload } from '../../core/workload/workload.ts';
import { builtInWorkloadKinds, type WorkloadKind } from '../../core/workload/workload-kind.ts';
import type { Api } from './api.ts';
import { listPath, namespacePath } from './api-path.ts';

export type ExistingWorkloads =
  /** Nobody granted it. */
  | { readonly kind: 'none-listed' }
  | {
      readonly kind: 'listed';
      readonly workloads: readonly Workload[];
      /** How many more there are of the kinds that were listed. */
      readonly beyond: number;
      /** `Deployment`: kinds that could not be listed. */
      readonly unlisted: readonly string[];
    };

/** `version`: of a custom kind. */
export type ListedKind = WorkloadKind & { readonly version?: string };

/** One page of each kind: more are counted. */
const mostListed = 500;
const mostBytes = 64 * 1024 * 1024;

const listSchema = z.object({
  metadata: z
    .object({ remainingItemCount: z.number().nullish().catch(null) })
    .nullish()
    .catch(null),
  items: z.array(z.looseObject({})),
});
const finishedSchema = z.object({
  status: z.union([z.object({ phase: z.enum(['Succeeded', 'Failed']) }), z.object({ completionTime: z.string() })]),
});
const discoverySchema = z.object({ resources: z.array(z.object({ name: z.string(), kind: z.string() })) });

export function existingWorkloadsIn(
  api: Api,
  kindsNow: () => readonly ListedKind[],
): (namespace: string, signal: AbortSignal) => Promise<ExistingWorkloads> {
  /** What `kubectl get` would write of a custom kind, which is not always its name with an s. */
  async function resourceOf(groupVersion: string, { kind, version }: ListedKind, signal: AbortSignal) {
    if (version === undefined) return `${kind.toLowerCase()}s`;
    const answer = await api.get(`/apis/${groupVersion}`, signal);
    const parsed = answer.kind === 'ok' ? discoverySchema.safeParse(answer.value) : undefined;
    return parsed?.data?.resources.find((resource) => resource.kind === kind && !resource.name.includes('/'))?.name;
  }

  async function list(namespace: string, known: ListedKind, kinds: readonly ListedKind[], signal: AbortSignal) {
    const { group, kind, version = 'v1' } = known;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    const resource = await resourceOf(apiVersion, known, signal);
    const inCore = namespacePath(namespace);
    if (resource === undefined || inCore === undefined) return undefined;
    const path = `${listPath(inCore, apiVersion, resource)}?limit=${mostListed}`;
    const answer = await api.get(path, signal, mostBytes);
    const parsed = answer.kind === 'ok' ? listSchema.safeParse(answer.value) : undefined;
    if (parsed?.success !== true) return undefined;
    const { items, metadata } = parsed.data;
    const workloads = items
      .filter((item) => !finishedSchema.safeParse(item).success)
      // Items of a list do not say what they are.
      .map((item) => parseWorkload({ ...item, apiVersion, kind }, { kinds, namespace }))
      .flatMap((object) => (object.kind === 'workload' ? [storedAs(object.workload)] : []))
      .filter(({ controller, isMirrorPod, isBeingDeleted }) => !controller && !isMirrorPod && !isBeingDeleted);
    return { workloads, beyond: metadata?.remainingItemCount ?? 0 };
  }

  return async (namespace, signal) => {
    const kinds = kindsNow();
    const lists = await Promise.all(
      kinds.map(async (known) => ({ kind: known.kind, listed: await list(namespace, known, kinds, signal) })),
    );
    const listed = lists.flatMap((one) => (one.listed === undefined ? [] : [one.listed]));
    // Other rights let single kinds be listed, which is not what was asked for; StatefulSets are for the preview alone.
    if (lists.find(({ kind }) => kind === 'StatefulSet')?.listed === undefined) return { kind: 'none-listed' };
    return {
      kind: 'listed',
      workloads: listed.flatMap(({ workloads }) => workloads),
      beyond: listed.reduce((sum, { beyond }) => sum + beyond, 0),
      unlisted: lists.filter((one) => one.listed === undefined).map(({ kind }) => kind),
    };
  };
}

function storedAs(workload: Workload): Workload {
  return workload.form === 'pod' ? { ...workload, isStored: true } : workload;
}

/** Those that many Pods come from first: not all may be examined in time. */
const firstKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'];

export function kindsToList(custom: readonly ListedKind[]): readonly ListedKind[] {
  const isFirst = ({ kind }: ListedKind) => firstKinds.includes(kind);
  return [
    ...builtInWorkloadKinds.filter(isFirst),
    // A kind may be named once for each of its pod specs.
    ...new Map(custom.map((known) => [`${known.group}/${known.kind}`, known])).values(),
    ...builtInWorkloadKinds.filter((known) => !isFirst(known)),
  ];
}
