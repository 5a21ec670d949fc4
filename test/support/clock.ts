import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Clock } from '../../src/sources/registry/send.ts';

export type TestClock = Clock & {
  readonly advance: (ms: number) => void;
  /** What was waited for, in order. Waiting takes no time, but moves the clock. */
  readonly waits: readonly number[];
};

/** A clock that stands until it is advanced. */
export type ManualClock = Clock & {
  readonly advance: (ms: number) => void;
  /** Of each that waits: for how long from its start, in that order. */
  readonly waiting: () => readonly number[];
};

/** Waits of no time are over at once. */
export function makeManualClock(): ManualClock {
  let nowMs = 1_000_000;
  const waits = new Set<{ readonly ms: number; readonly dueMs: number; readonly resolve: () => void }>();
  return {
    nowMs: () => nowMs,
    wait: async (ms, signal) => {
      if (ms === 0) return setImmediate();
      if (signal.aborted) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      const wait = { ms, dueMs: nowMs + ms, resolve };
      waits.add(wait);
      const stop = () => resolve();
      signal.addEventListener('abort', stop);
      await promise;
      signal.removeEventListener('abort', stop);
      waits.delete(wait);
    },
    advance: (ms) => {
      nowMs += ms;
      for (const { dueMs, resolve } of waits) if (dueMs <= nowMs) resolve();
    },
    waiting: () => [...waits].map(({ ms }) => ms),
  };
}

/** The clock of the process, ahead by each wait of up to half a second: such as the one before a second look. */
export function makeHurriedClock(): Clock {
  let aheadMs = 0;
  return {
    nowMs: () => performance.now() + aheadMs,
    wait: async (ms, signal) => {
      if (ms > 500) await setTimeout(ms, undefined, { signal }).catch(() => {});
      else aheadMs += ms;
    },
  };
}

export function makeClock(): TestClock {
  let nowMs = 1000;
  const waits: number[] = [];
  return {
    nowMs: () => nowMs,
    wait: async (ms) => {
      waits.push(ms);
      nowMs += ms;
    },
    advance: (ms) => {
      nowMs += ms;
    },
    waits,
  };
}
