import { onTestFinished, vi } from 'vitest';

/** What the clock says without us. */
let realNow: (() => number) | undefined;

/** Monotonic clocks are ahead of the real one by this much, until the test ends. Timers are not. */
export function laterBy(ms: number): void {
  const now = realNow ?? performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + ms);
  if (realNow === undefined)
    onTestFinished(() => {
      clock.mockRestore();
      realNow = undefined;
    });
  realNow = now;
}
