/**
 * What runs in a cluster, a page at a time: of each page only what the core makes of it is kept. What may not be listed is
 * named, and everything else is listed all the same.
 */
import * as z from 'zod';
import type { WorkloadKind } from '../../core/workload/workload-kind.ts';
import type { Api, ApiAnswer } from './api.ts';
import { listPath, namespacePath } from './api-path.ts';

export type UnreadList = {
  /** In the words of RBAC: `jobs.batch`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly why: string;
  readonly remedy: string;
};

export type RunningLists = {
  /** Absent: all. */
  readonly namespaces?: readonly string[];
  readonly onObject: (object: Readonly<Record<string, unknown>>) => void;
  readonly signal: AbortSignal;
};

/** `version`: of a custom kind. */
export type OwnerKind = Pick<WorkloadKind, 'group' | 'kind'> & { readonly version?: string };

const pageSize = 500;
const mostPageBytes = 128 * 1024 * 1024;
/** Enough for a page of Pods with long environments over a slow line. */
const pageTimeoutMs = 60_000;
/** Lists at the same time: each holds a page. */
const parallel = 3;
/** A list of a hundred thousand objects takes longer than a continue token lives, where it is compacted meanwhile. */
const mostBeginnings = 3;

const pageSchema = z.object({
  metadata: z.object({ continue: z.string().nullish() }).nullish(),
  items: z.array(z.looseObject({})).nullish(),
});
const discoverySchema = z.object({ resources: z.array(z.object({ name: z.string(), kind: z.string() })) });

/** Pods that are over are not sent at all. */
const selectors: Readonly<Record<string, string>> = {
  Pod: 'status.phase!=Succeeded,status.phase!=Failed',
  Event: 'involvedObject.kind=Pod,type=Warning',
};

/** An object may come twice, where a list had to begin again. Never throws. */
export async function listRunning(
  api: Api,
  kinds: readonly OwnerKind[],
  lists: RunningLists,
): Promise<readonly UnreadList[]> {
  const resources = await Promise.all(kinds.map((kind) => resourceOf(api, kind, lists.signal)));
  const wanted = resources.flatMap((resource) => placesOf(resource, lists.namespaces));
  const unread: UnreadList[] = [];
  const next = wanted.values();
  const work = async (): Promise<void> => {
    for (const list of next) {
      const missing = 'why' in list ? list : await listAll(api, list, lists);
      if (missing !== undefined) unread.push(missing);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return unread.toSorted((one, other) => (one.resource < other.resource ? -1 : 1));
}

type Resource = {
  readonly kind: string;
  readonly apiVersion: string;
  readonly plural: string;
  readonly resource: string;
};
type List = Resource & { readonly path: string; readonly namespace?: string };

function placesOf(
  resource: Resource | UnreadList,
  namespaces: readonly string[] | undefined,
): readonly (List | UnreadList)[] {
  if ('why' in resource) return [resource];
  const { apiVersion, plural } = resource;
  if (namespaces === undefined) return [{ ...resource, path: listPath('/api/v1', apiVersion, plural) }];
  return namespaces.flatMap((namespace): readonly List[] => {
    const inCore = namespacePath(namespace);
    return inCore === undefined ? [] : [{ ...resource, namespace, path: listPath(inCore, apiVersion, plural) }];
  });
}

/** What `kubectl get` would write of a custom kind, which is not always its name with an s. */
async function resourceOf(
  api: Api,
  { group, kind, version }: OwnerKind,
  signal: AbortSignal,
): Promise<Resource | UnreadList> {
  const apiVersion = group === '' ? 'v1' : `${group}/${version ?? 'v1'}`;
  if (version === undefined) return resourceNamed(`${kind.toLowerCase()}s`, { group, kind, apiVersion });
  const answer = await api.get(`/apis/${apiVersion}`, AbortSignal.any([signal, AbortSignal.timeout(pageTimeoutMs)]));
  const parsed = answer.kind === 'ok' ? discoverySchema.safeParse(answer.value) : undefined;
  const found = parsed?.data?.resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
  if (found !== undefined) return resourceNamed(found.name, { group, kind, apiVersion });
  const resource = `${kind}.${group}`;
  if (answer.kind === 'ok' || answer.kind === 'absent')
    return {
      resource,
      why: `the cluster has no ${apiVersion} ${kind}`,
      remedy: 'see workloadKinds of the configuration',
    };
  return unreadOf({ resource }, answer);
}

function resourceNamed(
  plural: string,
  { group, kind, apiVersion }: { readonly group: string; readonly kind: string; readonly apiVersion: string },
): Resource {
  return { kind, apiVersion, plural, resource: group === '' ? plural : `${plural}.${group}` };
}

async function listAll(api: Api, list: List, { onObject, signal }: RunningLists): Promise<UnreadList | undefined> {
  const { path, kind, apiVersion } = list;
  const selector = selectors[kind];
  let token: string | undefined;
  let beginnings = 1;
  for (;;) {
    const query = new URLSearchParams({
      limit: String(pageSize),
      ...(selector !== undefined && { fieldSelector: selector }),
      ...(token !== undefined && { continue: token }),
    });
    const ends = AbortSignal.any([signal, AbortSignal.timeout(pageTimeoutMs)]);
    const answer = await api.get(`${path}?${query.toString()}`, ends, mostPageBytes);
    const parsed = answer.kind === 'ok' ? pageSchema.safeParse(answer.value) : undefined;
    if (parsed?.success === true) {
      // Items of a list do not say what they are.
      for (const item of parsed.data.items ?? []) onObject({ ...item, apiVersion, kind });
      token = parsed.data.metadata?.continue || undefined;
      if (token === undefined) return undefined;
      continue;
    }
    // 410 Gone: the first pages are too old by now to go on from them.
    if (answer.kind !== 'refused' || answer.status !== 410 || beginnings === mostBeginnings)
      return unreadOf(list, answer);
    beginnings += 1;
    token = undefined;
  }
}

function unreadOf(
  { resource, namespace }: { readonly resource: string; readonly namespace?: string },
  answer: ApiAnswer,
): UnreadList {
  const where = { resource, ...(namespace !== undefined && { namespace }) };
  switch (answer.kind) {
    case 'ok':
      return { ...where, why: 'the answer is not a list', remedy: 'try again' };
    case 'absent':
      return { ...where, why: 'status 404', remedy: 'see that this cluster has this resource' };
    case 'refused':
      return {
        ...where,
        why: `status ${answer.status}`,
        remedy: answer.status === 403 ? `grant list on ${resource}` : 'try again',
      };
    case 'unreachable':
      return { ...where, why: answer.reason, remedy: 'try again' };
  }
}
