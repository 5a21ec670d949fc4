/**
 * So many things at a time. Who asks for much waits behind itself and not in front of others: those who wait take turns by
 * asker, and one asker never has all turns at once (contract §5, quality.md S20).
 */
export type Turns = {
  /** Undefined where the signal fired before the turn came. Who has a turn keeps it. */
  readonly take: <Value>(
    who: { readonly asker: string | undefined; readonly signal: AbortSignal },
    task: () => Promise<Value>,
  ) => Promise<Value | undefined>;
  readonly isIdle: () => boolean;
};

type Waiter = { readonly start: () => void };

export function fairTurns(concurrency: number): Turns {
  /** What one asker may have at a time where there are several of them; whoever is alone needs no share. */
  const share = Math.max(1, Math.ceil(concurrency * largestShare));
  const held = new Map<string | undefined, number>();
  /** By asker, those whose turn is next first. */
  const waiting = new Map<string | undefined, Set<Waiter>>();
  let free = concurrency;

  const mayHaveMore = (asker: string | undefined) => asker === undefined || (held.get(asker) ?? 0) < share;

  function startNext(): void {
    if (free === 0) return;
    for (const [asker, waiters] of waiting) {
      const [first] = waiters;
      if (first === undefined || !mayHaveMore(asker)) continue;
      leave(asker, first);
      const others = waiting.get(asker);
      waiting.delete(asker);
      if (others !== undefined) waiting.set(asker, others);
      free -= 1;
      held.set(asker, (held.get(asker) ?? 0) + 1);
      first.start();
      return;
    }
  }

  function leave(asker: string | undefined, waiter: Waiter): void {
    const waiters = waiting.get(asker);
    waiters?.delete(waiter);
    if (waiters?.size === 0) waiting.delete(asker);
  }

  function giveBack(asker: string | undefined): void {
    const left = (held.get(asker) ?? 0) - 1;
    if (left > 0) held.set(asker, left);
    else held.delete(asker);
    free += 1;
    startNext();
  }

  /** False where the signal fired first. */
  function turnOf(asker: string | undefined, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const giveUp = () => {
        leave(asker, waiter);
        resolve(false);
      };
      const start = () => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const waiter: Waiter = { start };
      signal.addEventListener('abort', giveUp, { once: true });
      const waiters = waiting.get(asker) ?? new Set();
      waiting.set(asker, waiters.add(waiter));
      startNext();
    });
  }

  return {
    take: async ({ asker, signal }, task) => {
      if (signal.aborted || !(await turnOf(asker, signal))) return undefined;
      try {
        return await task();
      } finally {
        giveBack(asker);
      }
    },
    isIdle: () => free === concurrency && waiting.size === 0,
  };
}

/** The rest is for those who come while one asker keeps a slow registry or program busy. */
const largestShare = 3 / 4;
