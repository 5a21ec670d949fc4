/**
 * One kind of object, listed in pages and then watched, as client-go's Reflector does. Objects are made small before they
 * are kept: of 5,000 nodes no more than what is judged stays in memory.
 */
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { type Api, ApiError } from './api.ts';
import { listPages } from './list-pages.ts';

export type Reflected<Item> = {
  /** By name. Empty until the first list has been read. */
  readonly items: ReadonlyMap<string, Item>;
  readonly isSynced: () => boolean;
  /** Since something was last heard about it; milliseconds. */
  readonly ageMs: () => number;
};

export type Reflecting<Item> = {
  /** `/api/v1/nodes` */
  readonly path: string;
  /** Undefined for an object that cannot be understood: it is left out. */
  readonly parse: (object: unknown) => { readonly name: string; readonly item: Item } | undefined;
  readonly onTrouble: (reason: string) => void;
  readonly signal: AbortSignal;
  /** Of the first back-off; it doubles up to 30 s, with jitter. */
  readonly firstBackOffMs?: number;
  readonly pageSize?: number;
};

const longestBackOffMs = 30_000;
/** The API server ends watches itself; asking for less than its five to ten minutes finds dead connections sooner. */
const watchSeconds = 240;

const event = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.looseObject({
    metadata: z.looseObject({ name: z.string().optional(), resourceVersion: z.string().optional() }).optional(),
    code: z.number().optional(),
  }),
});

export function reflect<Item>(api: Api, reflecting: Reflecting<Item>): Reflected<Item> {
  let items = new Map<string, Item>();
  let isSynced = false;
  let heardAt = performance.now();
  const heard = () => {
    heardAt = performance.now();
  };

  async function list(): Promise<string> {
    const { path, parse, pageSize, signal } = reflecting;
    const listed = new Map<string, Item>();
    const onPage = (objects: readonly unknown[]) => {
      for (const object of objects) {
        const found = parse(object);
        if (found !== undefined) listed.set(found.name, found.item);
      }
      heard();
    };
    const version = await listPages(api, path, { onPage, signal, ...(pageSize !== undefined && { pageSize }) });
    items = listed;
    isSynced = true;
    return version;
  }

  /** @returns the version from which the next watch may go on; undefined where everything must be listed again. */
  async function watch(from: string): Promise<string | undefined> {
    const { path, parse, signal } = reflecting;
    let version = from;
    const query = new URLSearchParams({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: version,
      timeoutSeconds: String(watchSeconds + Math.floor(Math.random() * 60)),
    });
    const end = AbortSignal.timeout((watchSeconds + 90) * 1000);
    for await (const line of api.watch(`${path}?${query.toString()}`, AbortSignal.any([signal, end]))) {
      const parsed = event.safeParse(line);
      if (!parsed.success) throw new ApiError('an event cannot be understood');
      const { type, object } = parsed.data;
      // 410 Gone: too much has happened since.
      if (type === 'ERROR') return undefined;
      heard();
      version = object.metadata?.resourceVersion ?? version;
      const name = object.metadata?.name;
      if (type === 'BOOKMARK' || name === undefined) continue;
      const found = type === 'DELETED' ? undefined : parse(object);
      if (found === undefined) items.delete(name);
      else items.set(name, found.item);
    }
    heard();
    return version;
  }

  async function run(): Promise<void> {
    const { signal, onTrouble, firstBackOffMs = 500 } = reflecting;
    let version: string | undefined;
    let backOffMs = firstBackOffMs;
    while (!signal.aborted) {
      try {
        version ??= await list();
        version = await watch(version);
        backOffMs = firstBackOffMs;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiError && error.status === 410) version = undefined;
        onTrouble(error instanceof Error ? error.message : String(error));
        // Of many replicas that lost the same API server not all come back at once.
        await setTimeout(backOffMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
        backOffMs = Math.min(backOffMs * 2, longestBackOffMs);
      }
    }
  }
  void run();

  return {
    get items() {
      return items;
    },
    isSynced: () => isSynced,
    ageMs: () => performance.now() - heardAt,
  };
}
