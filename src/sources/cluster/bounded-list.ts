/** The objects of one kind in all namespaces, a page at a time and no more than some thousands. */
import * as z from 'zod';
import type { Api, ApiAnswer } from './api.ts';
import type { MessageShape } from './protobuf.ts';

export type Listed = {
  /** `unlisted`: the right is missing; `interrupted`: not all pages came; `failed`: not even a first one. */
  readonly end: 'all' | 'too-many' | 'interrupted' | 'unlisted' | 'failed';
  /** Why not all were listed. */
  readonly why?: string;
};

export type BoundedList = {
  /** `/api/v1/pods` */
  readonly path: string;
  /** `pods`, `replicasets.apps`: in the words of RBAC. */
  readonly resource: string;
  readonly onObject: (object: unknown) => void;
  readonly mostPages: number;
  /** What of it is read; all where it is left out. */
  readonly shape?: MessageShape;
};

const pageSize = 500;
/** A page of Pods with long environments has some megabytes. */
const mostPageBytes = 64 * 1024 * 1024;

const page = z.object({
  metadata: z.object({ continue: z.string().nullish() }).nullish(),
  items: z.array(z.unknown()).nullish(),
});

/** Never throws. */
export async function listBounded(
  api: Pick<Api, 'get'>,
  { path, resource, onObject, mostPages, shape }: BoundedList,
  signal: AbortSignal,
): Promise<Listed> {
  let token: string | undefined;
  for (let count = 0; count < mostPages; count += 1) {
    const query = new URLSearchParams({ limit: String(pageSize), ...(token !== undefined && { continue: token }) });
    const answer = await api.get(`${path}?${query.toString()}`, signal, mostPageBytes, shape);
    const parsed = answer.kind === 'ok' ? page.safeParse(answer.value) : undefined;
    if (parsed?.success !== true) return unlisted(answer, resource, count);
    for (const item of parsed.data.items ?? []) onObject(item);
    token = parsed.data.metadata?.continue || undefined;
    if (token === undefined) return { end: 'all' };
  }
  return { end: 'too-many', why: `there are more than ${pageSize * mostPages} ${resource}` };
}

function unlisted(answer: ApiAnswer, resource: string, pages: number): Listed {
  const isRefused = answer.kind === 'absent' || (answer.kind === 'refused' && answer.status === 403);
  const why = whyUnlisted(answer, resource);
  if (pages > 0) return { end: 'interrupted', why };
  return { end: isRefused ? 'unlisted' : 'failed', why };
}

/** With the right that is missing, in the words of RBAC. */
export function whyUnlisted(answer: ApiAnswer, resource: string): string {
  switch (answer.kind) {
    case 'ok':
      return `the list of ${resource} is invalid`;
    case 'absent':
      return 'the API server answers 404';
    case 'refused':
      return answer.status === 403 ? `grant pullgate list on ${resource}` : `the API server answers ${answer.status}`;
    case 'unreachable':
      return `the API server does not answer: ${answer.reason}`;
  }
}
