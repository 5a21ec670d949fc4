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
  const timeoutMs = timeout === undefined ? undefined : timeoutMsOf(timeout);
  const isGiven = timeoutMs !== undefined && timeoutMs > 0;
  const wholeMs = isGiven ? Math.min(configuredMs, timeoutMs - marginMs) : configuredMs;
  return Math.max(leastMs, Math.floor(wholeMs - passedMs));
}

/** An API server sends the same one with each review, so that the last one is remembered. */
function timeoutMsOf(text: string): number | undefined {
  if (text !== lastTimeout.text) lastTimeout = { text, ms: parseGoDurationMs(text) };
  return lastTimeout.ms;
}

let lastTimeout: { readonly text: string; readonly ms: number | undefined } = { text: '', ms: undefined };

/** Of one review. */
export type Time = {
  /** The rest after it is for what may speak for a workload: no registry may take the time in which that is looked up. */
  readonly firstLook: AbortSignal;
  readonly signal: AbortSignal;
  readonly startedMs: number;
  readonly deadlineMs: number;
  /** Resolves when it is too late for an answer. */
  readonly late: Promise<undefined>;
};

/** Of the deadline. */
const firstLookShare = 0.75;
/** After the deadline everything that registries were asked has been given up; this is for our own slowness. */
const graceMs = 150;

/** One timer for all of it: most reviews end long before, and cost no more than its start. */
export function startTime(deadlineMs: number): { readonly time: Time; readonly end: () => void } {
  const [firstLook, whole] = [new AbortController(), new AbortController()];
  const late = Promise.withResolvers<undefined>();
  let timer: NodeJS.Timeout;
  const next = (ms: number, what: () => void) => {
    timer = setTimeout(what, ms);
    timer.unref();
  };
  next(deadlineMs * firstLookShare, () => {
    firstLook.abort(new DOMException('the time of the first look is up', 'TimeoutError'));
    next(deadlineMs * (1 - firstLookShare), () => {
      whole.abort(new DOMException('the time of the review is up', 'TimeoutError'));
      next(graceMs, () => late.resolve(undefined));
    });
  });
  const time = { firstLook: firstLook.signal, signal: whole.signal, startedMs: performance.now(), deadlineMs };
  return { time: { ...time, late: late.promise }, end: () => clearTimeout(timer) };
}

/** Undefined if it is too late. */
export async function beforeDeadline<T>(work: Promise<T>, { late }: Time): Promise<T | undefined> {
  return Promise.race([work, late]);
}
