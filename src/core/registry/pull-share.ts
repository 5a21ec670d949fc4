/**
 * How much of an announced limit inspection may use (contract §7, `limits.pullShare`). Several replicas of pullgate, and
 * nodes, may count against one limit. They are seen only in what the registry announces to be left, so each replica
 * counts whatever was used up since it first looked, as well as its own requests, and takes the larger number.
 */
import type { RateLimit } from '../evidence/evidence.ts';

/** Where no window is announced: that of Docker Hub, the longest that is known. */
const longestWindowMs = 6 * 60 * 60 * 1000;

/** Others who use up the limit may ask at the same moment, before the registry can announce it. */
const askedElsewhere = 4;

/** The pulls of one asker at one registry: counted from the first announcement on, and forgotten after a window. */
export class PullLedger {
  readonly #share: number;
  /** Counted requests that were sent from here. */
  readonly #own: WindowedCount;
  /** What the registry announced to be used up. */
  #seen: WindowedCount;
  #inFlight = 0;
  #rateLimit: RateLimit;
  #heardAtMs: number;
  #heardAs: number;

  /** @param as number of the answer in the order of all requests and answers */
  constructor(share: number, first: RateLimit, as: number, nowMs: number) {
    this.#share = share;
    this.#rateLimit = first;
    this.#heardAtMs = nowMs;
    this.#heardAs = as;
    this.#own = new WindowedCount(windowMsOf(first));
    this.#seen = new WindowedCount(windowMsOf(first));
    this.#begin(nowMs);
  }

  get rateLimit(): RateLimit {
    return this.#rateLimit;
  }

  /** @param askedAs number of the request: one that was sent before the last answer came may have been counted before it */
  hear(rateLimit: RateLimit, askedAs: number, as: number, nowMs: number): void {
    const before = usedUp(this.#rateLimit);
    const now = usedUp(rateLimit);
    const isOther = rateLimit.limit !== this.#rateLimit.limit || nowMs - this.#heardAtMs >= windowMsOf(this.#rateLimit);
    const isLate = askedAs < this.#heardAs;
    if (isLate && now <= before && !isOther) return;
    this.#rateLimit = rateLimit;
    this.#heardAtMs = nowMs;
    this.#heardAs = as;
    if (isOther) this.#begin(nowMs);
    else if (now > before) this.#seen.add(now - before, nowMs);
    else if (now < before) {
      // The window of the registry moved on: it no longer counts what was used up before.
      this.#seen.reduceTo(now, nowMs);
      this.#own.reduceTo(now + this.#inFlight, nowMs);
    }
  }

  /** One more counted request stays below the share. */
  hasRoom(nowMs: number): boolean {
    return this.#room(nowMs) > 1;
  }

  /** Requests at the same time are few where little may be used: their answers tell whether others use it up, too. */
  hasTurn(nowMs: number): boolean {
    return this.#inFlight < Math.max(1, Math.floor(this.#room(nowMs) / 8));
  }

  spend(nowMs: number): void {
    this.#own.add(1, nowMs);
    this.#inFlight += 1;
  }

  /** @param wasCounted undefined where no answer says it */
  settle(wasCounted: boolean | undefined, nowMs: number): void {
    this.#inFlight -= 1;
    if (wasCounted === false) this.#own.add(-1, nowMs);
  }

  #room(nowMs: number): number {
    const own = this.#own.sum(nowMs);
    const seen = this.#seen.sum(nowMs);
    return this.#share * this.#rateLimit.limit - Math.max(own, seen) - (seen > own ? askedElsewhere : 0);
  }

  /** What was used up before may be the work of another replica, if it is no more than replicas may use. */
  #begin(nowMs: number): void {
    const before = usedUp(this.#rateLimit);
    this.#seen = new WindowedCount(windowMsOf(this.#rateLimit));
    if (before < this.#share * this.#rateLimit.limit) this.#seen.add(before, nowMs);
  }
}

function usedUp({ limit, remaining }: RateLimit): number {
  return Math.max(0, limit - remaining);
}

function windowMsOf({ windowMs }: RateLimit): number {
  return Math.min(windowMs ?? longestWindowMs, longestWindowMs);
}

/** A sum over the last window, to a thirty-second of it. */
class WindowedCount {
  readonly #windowMs: number;
  #parts: readonly { readonly atMs: number; readonly count: number }[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  sum(nowMs: number): number {
    this.#parts = this.#parts.filter(({ atMs }) => nowMs - atMs < this.#windowMs);
    return this.#parts.reduce((sum, { count }) => sum + count, 0);
  }

  add(count: number, nowMs: number): void {
    const last = this.#parts.at(-1);
    this.#parts =
      last !== undefined && nowMs - last.atMs < this.#windowMs / 32
        ? [...this.#parts.slice(0, -1), { atMs: last.atMs, count: last.count + count }]
        : [...this.#parts, { atMs: nowMs, count }];
  }

  reduceTo(most: number, nowMs: number): void {
    const sum = this.sum(nowMs);
    if (sum > most) this.#parts = [{ atMs: nowMs, count: most }];
  }
}
