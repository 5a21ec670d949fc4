/** What a command of the command line takes, and what its help says. */

export type FlagSpec = {
  /** A single letter, without the dash. */
  readonly short?: string;
  /** Of the value, as help shows it: `FILE`. Absent for a flag without one. */
  readonly value?: string;
  readonly repeatable?: true;
  readonly help: string;
};

export type CommandSpec = {
  /** As typed: `pullgate check`. */
  readonly name: string;
  /** The operands: `[PATH…|-]`; empty if there are none. */
  readonly operands: string;
  readonly summary: string;
  readonly flags: Readonly<Record<string, FlagSpec>>;
  /** Paragraphs behind the flags: exit codes, examples. */
  readonly notes: readonly string[];
};

/** Bad usage: said on standard error, exit code 2. */
export class UsageError extends Error {}
