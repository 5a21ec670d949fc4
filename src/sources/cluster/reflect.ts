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
  /** All of them. The same list for as long as nothing changes, so that what follows from it can be remembered by it. */
  readonly list: readonly Item[];
  readonly isSynced: () => boolean;
  /** What is known is all that the API server had to tell, give or take a few seconds. */
  readonly isCurrent: () => boolean;
  /** Since something was last heard about it; milliseconds. */
  readonly ageMs: () => number;
};

export type ReflectedList<Item> = {
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
  /** By default the monotonic clock of the process. */
  readonly clock?: Clock;
};

type Clock = {
  readonly nowMs: () => number;
  /** Resolves early when the signal fires. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
};

const systemClock: Clock = {
  nowMs: () => performance.now(),
  wait: async (ms, signal) => {
    await delay(ms, undefined, { signal }).catch(() => {});
  },
};

/** An API server that was away is back for those who apply before it is for us, unless we look often. */
const longestBackOffMs = 10_000;
/** Watches end and begin again all the time, and the first attempt to go on may fail. */
const currentForMs = 10_000;
/**
 * The API server ends each watch after this time and sends a bookmark shortly before, so that it gives a sign of life every
 * minute even where nothing changes. If a watch does not end in time, its connection is dead.
 */
const watchSeconds = { least: 40, spread: 10, grace: 5 };
const longestSilenceMs = 60_000;
/** For the answer with which a watch begins. */
const longestBeginMs = 10_000;
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

export function reflect<Item>(api: Api, reflecting: ReflectedList<Item>): Reflected<Item> {
  const { path, parse, signal, pageSize, firstBackOffMs = 500, clock = systemClock } = reflecting;
  let items = new Map<string, Item>();
  let asList: readonly Item[] | undefined;
  let isSynced = false;
  /** From which a watch may go on; undefined where everything must be listed. */
  let version: string | undefined;
  let backOffMs = firstBackOffMs;
  let trouble: string | undefined;
  /** It came in a watch that had begun. */
  let isTroubleInside = false;
  /** The watch of this attempt. */
  let hasBegun = false;
  /** Of the watch that is open now: when it began, and when something was last heard in it. */
  let open: { readonly beganAt: number; heardAt: number } | undefined;
  /** When a list began or a watch ended, for as long as no other watch is open. */
  let currentAt = Number.NEGATIVE_INFINITY;
  /** Before this nothing was missed: a list, or what was last heard in a watch that has ended. */
  let knownAt = Number.NEGATIVE_INFINITY;
  let heardAt = clock.nowMs();
  const heard = () => {
    heardAt = clock.nowMs();
    if (open !== undefined) open.heardAt = heardAt;
  };

  async function list(): Promise<string> {
    const listed = new Map<string, Item>();
    const beganAt = clock.nowMs();
    const onPage = (objects: readonly unknown[]) => {
      for (const object of objects) {
        const found = parse(object);
        if (found !== undefined) listed.set(found.name, found.item);
      }
      heard();
    };
    const listedVersion = await listPages(api, path, { onPage, signal, ...(pageSize !== undefined && { pageSize }) });
    items = listed;
    asList = undefined;
    isSynced = true;
    // However many pages it has, it is as the first of them was.
    currentAt = beganAt;
    knownAt = beganAt;
    return listedVersion;
  }

  async function watch(from: string): Promise<void> {
    const { least, spread, grace } = watchSeconds;
    const seconds = least + Math.floor(Math.random() * spread);
    const query = new URLSearchParams({
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: from,
      timeoutSeconds: String(seconds),
    });
    const over = new AbortController();
    const ends = AbortSignal.any([signal, over.signal]);
    void clock.wait(longestBeginMs, ends).then(() => {
      if (!hasBegun) over.abort();
    });
    void clock.wait((seconds + grace) * 1000, ends).then(() => over.abort());
    try {
      await follow(await api.watch(`${path}?${query.toString()}`, ends), from, ends);
    } finally {
      over.abort();
    }
  }

  async function follow(events: AsyncGenerator<unknown, void>, from: string, ends: AbortSignal): Promise<void> {
    const beganAt = clock.nowMs();
    open = { beganAt, heardAt: beganAt };
    const watched = open;
    hasBegun = true;
    heard();
    // What went wrong inside of a watch may go wrong in this one, too.
    if (!isTroubleInside) tellRecovered();
    void clock.wait(shortestWatchMs, ends).then(() => {
      if (!ends.aborted) recover();
    });
    try {
      for await (const line of events) {
        take(line);
        heard();
        recover();
      }
    } finally {
      open = undefined;
      if (clock.nowMs() - beganAt >= shortestWatchMs) knownAt = watched.heardAt;
    }
    if (ends.aborted) throw new ApiError('a watch did not end in time');
    // One that ends at once, time and again, is not to be followed by the next at once.
    if (clock.nowMs() - beganAt < shortestWatchMs && from === version) throw new ApiError('watches end at once');
    currentAt = clock.nowMs();
    recover();
  }

  /** @throws ApiError after which all must be listed again: the version it follows on is unknown, or known no more */
  function take(line: unknown): void {
    const parsed = event.safeParse(line);
    if (!parsed.success || parsed.data.type === 'ERROR') version = undefined;
    if (!parsed.success) throw new ApiError('an event is invalid');
    const { type, object } = parsed.data;
    if (type === 'ERROR') throw new ApiError(`status ${object.code} in a watch`, object.code);
    version = object.metadata?.resourceVersion ?? version;
    const name = object.metadata?.name;
    if (type === 'BOOKMARK' || name === undefined) return;
    const found = type === 'DELETED' ? undefined : parse(object);
    if (found === undefined) items.delete(name);
    else items.set(name, found.item);
    asList = undefined;
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
    if (isGone && hasBegun) currentAt = clock.nowMs();
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
        await clock.wait(backOffMs * (0.5 + Math.random()), signal);
        backOffMs = Math.min(backOffMs * 2, longestBackOffMs);
      }
    }
  }
  void run();

  return {
    get items() {
      return items;
    },
    get list() {
      asList ??= [...items.values()];
      return asList;
    },
    isSynced: () => isSynced,
    isCurrent: () => {
      const now = clock.nowMs();
      if (open !== undefined && now - open.beganAt >= shortestWatchMs) return now - open.heardAt < longestSilenceMs;
      // A connection may have been dead for a while before it broke.
      return now - currentAt < currentForMs && now - knownAt < longestSilenceMs;
    },
    ageMs: () => clock.nowMs() - heardAt,
  };
}
