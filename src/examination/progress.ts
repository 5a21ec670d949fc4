/** One line on a terminal that says how far a run has come, and is gone at its end. */
import type { Terminal } from './surroundings.ts';

export type Progress = { readonly advance: () => void; readonly end: () => void };

const silent: Progress = { advance: () => {}, end: () => {} };
/** A run that is over sooner needs no line. */
const visibleAfterMs = 300;
const redrawMs = 100;

/** Nothing is written where standard error is no terminal. */
export function progressOn(terminal: Terminal, total: number, now: () => number): Progress {
  if (terminal.isTTY !== true) return silent;
  const startMs = now();
  let done = 0;
  let drawnMs = startMs + visibleAfterMs - redrawMs;
  let isDrawn = false;
  return {
    advance: () => {
      done += 1;
      if (now() - drawnMs < redrawMs) return;
      drawnMs = now();
      isDrawn = true;
      terminal.write(`\r\u001b[2K${`checking ${done} of ${total} workloads`.slice(0, (terminal.columns ?? 80) - 1)}`);
    },
    end: () => {
      if (isDrawn) terminal.write('\r\u001b[2K');
    },
  };
}
