import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on standard output. What is logged is chosen where it is logged: never bodies, headers or names of images. */
export function openLog(): Logger {
  output ??= openOutput();
  return pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    output,
  );
}

/** pino flushes by itself what is fatal. */
type Output = { readonly write: (line: string) => void; readonly flushSync: () => void };

/** A process has one. */
let output: Output | undefined;

/** Lines of one turn of the event loop are written together: a write for each review would cost more than the line itself. */
function openOutput(): Output {
  const file = pino.destination({ fd: 1, sync: true });
  let held = '';
  const flushSync = (): void => {
    if (held === '') return;
    const lines = held;
    held = '';
    file.write(lines);
  };
  process.once('exit', flushSync);
  return {
    flushSync,
    write: (line) => {
      if (held === '') setImmediate(flushSync);
      held += withoutActing(line);
    },
  };
}

/**
 * Logs are read in terminals, and in the logs of CI systems, which take `##[command]` anywhere in a line. Whoever parses the line
 * reads the same.
 */
function withoutActing(line: string): string {
  return line.replaceAll(/(?<=#)#|[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (text) =>
    Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}
