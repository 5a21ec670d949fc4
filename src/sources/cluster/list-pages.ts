/** All objects of one kind, a page at a time: as one answer the nodes of a large cluster would be hundreds of megabytes. */
import * as z from 'zod';
import { type Api, type ApiAnswer, ApiError } from './api.ts';

export type Listing = {
  readonly onPage: (objects: readonly unknown[]) => void;
  readonly signal: AbortSignal;
  readonly pageSize?: number;
  readonly pageTimeoutMs?: number;
};

/** Nodes with long lists of images have some 25 KB each. */
const defaultPageSize = 100;
const mostPageBytes = 64 * 1024 * 1024;

const page = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.unknown()).nullish(),
});

/**
 * @param path `/api/v1/nodes`
 * @returns the version of the list, from which a watch may go on
 * @throws ApiError
 */
export async function listPages(
  api: Api,
  path: string,
  { onPage, signal, pageSize = defaultPageSize, pageTimeoutMs = 60_000 }: Listing,
): Promise<string> {
  let token: string | undefined;
  for (;;) {
    const query = new URLSearchParams({ limit: String(pageSize), ...(token !== undefined && { continue: token }) });
    const ends = AbortSignal.any([signal, AbortSignal.timeout(pageTimeoutMs)]);
    const answer = await api.get(`${path}?${query.toString()}`, ends, mostPageBytes);
    if (answer.kind !== 'ok') throw failureOf(answer);
    const parsed = page.safeParse(answer.value);
    if (!parsed.success) throw new ApiError('the list is invalid');
    onPage(parsed.data.items ?? []);
    token = parsed.data.metadata.continue;
    if (token === undefined || token === '') return parsed.data.metadata.resourceVersion;
  }
}

function failureOf(answer: Exclude<ApiAnswer, { kind: 'ok' }>): ApiError {
  switch (answer.kind) {
    case 'absent':
      return new ApiError('status 404', 404);
    case 'refused':
      return new ApiError(`status ${answer.status}`, answer.status);
    case 'unreachable':
      return new ApiError(answer.reason);
  }
}
