import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * JSON lines on standard output. What is logged is chosen where it is logged: never bodies, headers or names of images.
 * Lines of one turn of the event loop are written together: a write for each review would cost more than the line itself.
 */
export function openLog(): Logger {
  const output = pino.destination({ fd: 1, sync: true });
  let held = '';
  const flushSync = (): void => {
    if (held === '') return;
    const lines = held;
    held = '';
    output.write(lines);
  };
  process.once('exit', flushSync);
  const write = (line: string): void => {
    if (held === '') setImmediate(flushSync);
    held += line;
  };
  // pino flushes by itself what is fatal.
  const stream = { write, flushSync };
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
}
