import type { Answer, Exchange, Failure, FailureCause } from '../../core/registry/exchange.ts';

/** Carries one exchange. All that a network can do comes back as an answer; what is thrown is a bug. */
export type Send = (exchange: Exchange, terms: Terms) => Promise<Answer>;

export type Terms = {
  /** Fires when the caller's time is up: the answer is then the failure `deadline`. */
  readonly signal: AbortSignal;
  /** Who asks: requests of several take turns. Absent where there is only one. */
  readonly asker?: string;
  /** Answers that were heard longer ago are not used, except 429 and refused passwords. */
  readonly maxAgeMs: number;
  /** Name of a connection that the exchanges of one dialogue share, and nobody else. */
  readonly connection?: string;
  /** For what another request was told, so that what is remembered now may be its answer. */
  readonly hasWaited?: true;
};

export type Clock = {
  /** Monotonic, from any start. */
  readonly nowMs: () => number;
  /** Resolves early when the signal fires. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
};

export function failedBy(cause: FailureCause): Failure {
  return { kind: 'failure', cause, ageMs: 0 };
}

/** What the promise becomes, or undefined once the signal has fired. Leaves no listener behind. */
export async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  if (signal.aborted) return undefined;
  const aborted = Promise.withResolvers<undefined>();
  const stop = () => aborted.resolve(undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
