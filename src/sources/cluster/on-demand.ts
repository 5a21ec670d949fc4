/**
 * What is read when somebody needs it and kept for a moment: Secrets are never listed or watched. Of an answer only what
 * was made of it is kept, and of that no more than a few megabytes.
 */
import { LRUCache } from 'lru-cache';
import type { Api, ApiAnswer } from './api.ts';

export type ReadOptions = {
  readonly signal: AbortSignal;
  /** What was read before does not count: it is asked before a denial. */
  readonly isLive: boolean;
};

/** All who ask for one path must parse it alike. */
export type OnDemand<Value> = (
  path: string,
  parse: (answer: ApiAnswer) => Value,
  options: ReadOptions,
) => Promise<Value>;

export type KeepTimes = {
  readonly keptMs?: number;
  /** What is missing may be created in the same moment, by the same apply; so may the right to read it. */
  readonly absenceKeptMs?: number;
  /** Absent: what failed is tried again at once. */
  readonly failureKeptMs?: number;
  /** Shared by all who wait for it; each of them has a deadline of its own besides. */
  readonly requestTimeoutMs?: number;
};

export type OnDemandSettings<Value> = KeepTimes & {
  /** What has not changed stays the same object, so that what follows from it is known; absent: nothing does. */
  readonly isSame?: (one: Value, other: Value) => boolean;
  /** What a value takes in memory, about. */
  readonly bytesOf: (value: Value) => number;
  /** All values together. */
  readonly mostKeptBytes?: number;
  readonly mostAnswerBytes?: number;
  /** Monotonic. */
  readonly nowMs?: () => number;
};

/** Keys, links and the value around its texts. */
const entryBytes = 512;

type PendingRead<Value> = { readonly turn: number; readonly value: Promise<Value> };
type Kept<Value> = { readonly turn: number; readonly value: Value };

export function onDemand<Value>(api: Api, settings: OnDemandSettings<Value>): OnDemand<Value> {
  const { bytesOf, keptMs = 5_000, absenceKeptMs = 2_000, failureKeptMs, requestTimeoutMs = 3_000 } = settings;
  const kept = new LRUCache<string, Kept<Value>>({
    max: 5_000,
    maxSize: settings.mostKeptBytes ?? 16 * 1024 * 1024,
    sizeCalculation: ({ value }) => entryBytes + bytesOf(value),
    ttl: keptMs,
    // What is read again is compared with what it was.
    noDeleteOnStaleGet: true,
    ttlResolution: 0,
    perf: { now: settings.nowMs ?? (() => performance.now()) },
  });
  const underWay = new Map<string, PendingRead<Value>>();
  let turns = 0;

  function keptMsOf(answer: ApiAnswer): number | undefined {
    if (answer.kind === 'ok') return keptMs;
    const isSettled = answer.kind === 'absent' || (answer.kind === 'refused' && answer.status === 403);
    return isSettled ? absenceKeptMs : failureKeptMs;
  }

  async function read(path: string, parse: (answer: ApiAnswer) => Value, turn: number): Promise<Value> {
    const answer = await api.get(path, AbortSignal.timeout(requestTimeoutMs), settings.mostAnswerBytes);
    const value = sameAsBefore(path, parse(answer));
    const ttl = keptMsOf(answer);
    // What was asked earlier may be answered later, with what was true earlier.
    const isOvertaken = (kept.peek(path)?.turn ?? 0) > turn;
    if (ttl !== undefined && !isOvertaken) kept.set(path, { turn, value }, { ttl });
    if (underWay.get(path)?.turn === turn) underWay.delete(path);
    return value;
  }

  function sameAsBefore(path: string, value: Value): Value {
    const before = kept.peek(path, { allowStale: true });
    return before !== undefined && settings.isSame?.(before.value, value) ? before.value : value;
  }

  function begin(path: string, parse: (answer: ApiAnswer) => Value): Promise<Value> {
    turns += 1;
    const value = read(path, parse, turns);
    underWay.set(path, { turn: turns, value });
    return value;
  }

  return async (path, parse, { signal, isLive }) => {
    const late = () => parse({ kind: 'unreachable', reason: 'no answer before the deadline' });
    if (signal.aborted) return late();
    const known = isLive ? undefined : kept.get(path);
    if (known !== undefined) return known.value;
    const shared = isLive ? undefined : underWay.get(path)?.value;
    return unlessAborted(shared ?? begin(path, parse), signal, late);
  };
}

async function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal, late: () => Value): Promise<Value> {
  const aborted = Promise.withResolvers<Value>();
  const abort = () => aborted.resolve(late());
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([value, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
