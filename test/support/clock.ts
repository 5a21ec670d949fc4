import type { Clock } from '../../src/sources/registry/send.ts';

export type TestClock = Clock & {
  readonly advance: (ms: number) => void;
  /** What was waited for, in order. Waiting takes no time, but moves the clock. */
  readonly waits: readonly number[];
};

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
