import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on standard output. What is logged is chosen where it is logged: never bodies, headers or names of images. */
export function openLog(): Logger {
  return pino({
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}
