/**
 * What is read only when somebody needs it, before something would be denied: shared by all who wait for it, and kept for
 * a while. Each of them has a deadline of its own.
 */
export type SharedRead<Seen> = (signal: AbortSignal) => Promise<Seen>;

export type ReadingSettings<Seen> = {
  /** Of one reading, whoever waits for it. */
  readonly timeoutMs: number;
  readonly keptMsOf: (seen: Seen) => number;
  /** What is known by the end of a deadline. */
  readonly late: Seen;
  /** Milliseconds of a clock that is never set back. */
  readonly now?: (() => number) | undefined;
};

/** `read` never rejects. */
export function sharedReading<Seen>(
  read: (signal: AbortSignal) => Promise<Seen>,
  { timeoutMs, keptMsOf, late, now = () => performance.now() }: ReadingSettings<Seen>,
): SharedRead<Seen> {
  let kept: { readonly seen: Seen; readonly untilMs: number } | undefined;
  let underWay: Promise<Seen> | undefined;

  async function begin(): Promise<Seen> {
    const seen = await read(AbortSignal.timeout(timeoutMs));
    kept = { seen, untilMs: now() + keptMsOf(seen) };
    return seen;
  }

  return async (signal) => {
    if (kept !== undefined && now() < kept.untilMs) return kept.seen;
    underWay ??= begin().finally(() => {
      underWay = undefined;
    });
    return Promise.race([underWay, atEndOf(signal, late)]);
  };
}

async function atEndOf<Seen>(signal: AbortSignal, late: Seen): Promise<Seen> {
  if (signal.aborted) return late;
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(late), { once: true });
  });
}
