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

/** Monotonic clocks stand, until the test ends: what is kept for some seconds is kept on the slowest machine. Timers run on. */
export function standStill(): void {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  onTestFinished(() => clock.mockRestore());
}
