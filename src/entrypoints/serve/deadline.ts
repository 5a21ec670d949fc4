import { setTimeout } from 'node:timers/promises';
import { parseGoDurationMs } from '../../core/go/duration.ts';

/** The API server gives up at the end of its `timeout`, which it rounds up: an answer must be there well before. */
const marginMs = 500;
/** However little time is left, something can be looked up from memory. */
const leastMs = 100;

/**
 * How long a review may still take, in whole milliseconds: what the operator allows, less if the API server waits for less (`?timeout=5s`).
 * @param passedMs since the request arrived: the API server counts the time of its body, too
 */
export function deadlineMsOf(timeout: string | undefined, configuredMs: number, passedMs: number): number {
  const timeoutMs = timeout === undefined ? undefined : parseGoDurationMs(timeout);
  const isGiven = timeoutMs !== undefined && timeoutMs > 0;
  const wholeMs = isGiven ? Math.min(configuredMs, timeoutMs - marginMs) : configuredMs;
  return Math.max(leastMs, Math.floor(wholeMs - passedMs));
}

/** Of one review. */
export type Time = { readonly signal: AbortSignal; readonly startedMs: number; readonly deadlineMs: number };

/** After the deadline everything that registries were asked has been given up; this is for our own slowness. */
const graceMs = 150;

/** Undefined if it is too late. */
export async function beforeDeadline<T>(work: Promise<T>, { deadlineMs }: Time): Promise<T | undefined> {
  const timer = new AbortController();
  const late = setTimeout(deadlineMs + graceMs, undefined, { signal: timer.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}
