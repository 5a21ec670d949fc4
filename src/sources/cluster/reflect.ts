/**
 * One kind of object, listed in pages and then watched, as client-go's Reflector does. Objects are made small before they
 * are kept: of 5,000 nodes no more than what is judged stays in memory.
 */
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { type Api, ApiError } from './api.ts';
import { listPages } from './list-pages.ts';

export type Reflected<Item> = {
  /** By name. Empty until the first list has been read. */
  readonly items: ReadonlyMap<string, Item>;
  readonly isSynced: () => boolean;
  /** What is known is all that the API server had to tell, give or take a few seconds. */
  readonly isCurrent: () => boolean;
  /** Since something was last heard about it; milliseconds. */
  readonly ageMs: () => number;
};

export type Reflecting<Item> = {
  /** `/api/v1/nodes` */
  readonly path: string;
  /** Undefined for an object that cannot be understood: it is left out. */
  readonly parse: (object: unknown) => { readonly name: string; readonly item: Item } | undefined;
  /** Once for each reason, not for each attempt. */
  readonly onTrouble: (reason: string) => void;
  /** After trouble was told: a watch has begun again, which a quiet cluster may have nothing to say in. */
  readonly onRecovered: () => void;
  readonly signal: AbortSignal;
  /** Of the first back-off; it doubles up to 10 s, with jitter. */
  readonly firstBackOffMs?: number;
  readonly pageSize?: number;
};

/** An API server that was away is back for those who apply before it is for us, unless we look often. */
const longestBackOffMs = 10_000;
/** Watches end and begin again all the time, and the first attempt to go on may fail. */
const currentForMs = 10_000;
/** The API server ends watches itself; asking for less than its five to ten minutes finds dead connections sooner. */
const watchSeconds = 240;
/**
 * A watch that ends sooner and told nothing is tried again no faster than one that fails. One that goes on where another
 * ended long ago has told by then what happened in between.
 */
const shortestWatchMs = 1_000;

const event = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.looseObject({
    metadata: z.looseObject({ name: z.string().optional(), resourceVersion: z.string().optional() }).optional(),
    code: z.number().optional(),
  }),
});

export function reflect<Item>(api: Api, reflecting: Reflecting<Item>): Reflected<Item> {
  const { path, parse, signal, pageSize, firstBackOffMs = 500 } = reflecting;
  let items = new Map<string, Item>();
  let isSynced = false;
  /** From which a watch may go on; undefined where everything must be listed. */
  let version: string | undefined;
  let backOffMs = firstBackOffMs;
  let trouble: string | undefined;
  /** It came in a watch that had begun. */
  let isTroubleInside = false;
  /** The watch of this attempt. */
  let hasBegun = false;
  /** When the watch began that is open now. */
  let openedAt: number | undefined;
  /** When all was known, for as much as no watch is open. */
  let currentAt = Number.NEGATIVE_INFINITY;
  let heardAt = performance.now();
  const heard = () => {
    heardAt = performance.now();
  };

  async function list(): Promise<string> {
    const listed = new Map<string, Item>();
    const beganAt = performance.now();
    const onPage = (objects: readonly unknown[]) => {
      for (const object of objects) {
        const found = parse(object);
        if (found !== undefined) listed.set(found.name, found.item);
      }
      heard();
    };
    const listedVersion = await listPages(api, path, { onPage, signal, ...(pageSize !== undefined && { pageSize }) });
    items = listed;
    isSynced = true;
    // However many pages it has, it is as the first of them was.
    currentAt = beganAt;
    return listedVersion;
  }

  async function watch(from: string): Promise<void> {
    const query = new URLSearchParams({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: from,
      timeoutSeconds: String(watchSeconds + Math.floor(Math.random() * 60)),
    });
    const ends = AbortSignal.any([signal, AbortSignal.timeout((watchSeconds + 90) * 1000)]);
    const events = await api.watch(`${path}?${query.toString()}`, ends);
    heard();
    await follow(events, from);
  }

  async function follow(events: AsyncGenerator<unknown, void>, from: string): Promise<void> {
    const beganAt = performance.now();
    openedAt = beganAt;
    hasBegun = true;
    // What went wrong inside of a watch may go wrong in this one, too.
    if (!isTroubleInside) tellRecovered();
    const lasting = setTimeout(recover, shortestWatchMs);
    try {
      for await (const line of events) {
        take(line);
        heard();
        recover();
      }
    } finally {
      clearTimeout(lasting);
      openedAt = undefined;
    }
    // One that ends at once, time and again, is not to be followed by the next at once.
    if (performance.now() - beganAt < shortestWatchMs && from === version) throw new ApiError('watches end at once');
    currentAt = performance.now();
    recover();
  }

  /** @throws ApiError after which all must be listed again: the version it follows on is unknown, or known no more */
  function take(line: unknown): void {
    const parsed = event.safeParse(line);
    if (!parsed.success || parsed.data.type === 'ERROR') version = undefined;
    if (!parsed.success) throw new ApiError('an event cannot be understood');
    const { type, object } = parsed.data;
    if (type === 'ERROR') throw new ApiError(`status ${object.code} in a watch`, object.code);
    version = object.metadata?.resourceVersion ?? version;
    const name = object.metadata?.name;
    if (type === 'BOOKMARK' || name === undefined) return;
    const found = type === 'DELETED' ? undefined : parse(object);
    if (found === undefined) items.delete(name);
    else items.set(name, found.item);
  }

  function recover(): void {
    backOffMs = firstBackOffMs;
    tellRecovered();
  }

  function tellRecovered(): void {
    if (trouble === undefined) return;
    trouble = undefined;
    reflecting.onRecovered();
  }

  /** 410 Gone is none: too much has happened since, or a list took too long, and the next list helps. */
  function tell(error: unknown): void {
    const isGone = error instanceof ApiError && error.status === 410;
    if (isGone) version = undefined;
    if (isGone && hasBegun) currentAt = performance.now();
    if (!isGone) isTroubleInside = hasBegun;
    const reason = error instanceof Error ? error.message : String(error);
    if (isGone || reason === trouble) return;
    trouble = reason;
    reflecting.onTrouble(reason);
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      hasBegun = false;
      try {
        version ??= await list();
        await watch(version);
      } catch (error) {
        if (signal.aborted) return;
        tell(error);
        // Of many replicas that lost the same API server not all come back at once.
        await delay(backOffMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
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
    isCurrent: () => {
      const now = performance.now();
      return now - currentAt < currentForMs || (openedAt !== undefined && now - openedAt >= shortestWatchMs);
    },
    ageMs: () => performance.now() - heardAt,
  };
}
