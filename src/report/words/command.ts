/** Commands that a next step proposes: a reader copies them into a shell as they are. */
import { printable } from '../printable.ts';

/** The command is the rest of the line, so that it can be copied to its end. */
export function commandStep(command: string): string {
  return `Run: ${command}`;
}

/** One word of a POSIX shell, whatever a manifest names: in single quotes where the shell would read more into it. */
export function shellQuoted(text: string): string {
  const word = printable(text);
  return /^[\w./:@%+=,][\w./:@%+=,-]*$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
