/** What a command of the command line takes, and what its help says. */

export type FlagSpec = {
  /** A single letter, without the dash. */
  readonly short?: string;
  /** Of the value, as help shows it: `FILE`. Absent for a flag without one. */
  readonly value?: string;
  readonly repeatable?: true;
  /** All values that it takes, for shells to complete. */
  readonly choices?: readonly string[];
  readonly help: string;
};

export type CommandSpec = {
  /** As typed: `pullgate check`. */
  readonly name: string;
  /** The operands: `[PATH…|-]`; empty if there are none. */
  readonly operands: string;
  /** Words that the first operand may be, for shells to complete. */
  readonly choices?: readonly string[];
  readonly summary: string;
  readonly flags: Readonly<Record<string, FlagSpec>>;
  /** Paragraphs behind the flags: exit codes, examples. */
  readonly notes: readonly string[];
};

/** Bad usage: said on standard error, exit code 2. */
export class UsageError extends Error {
  /** What is wrong, without the name of the command and the pointer to its help. */
  readonly problem: string;

  constructor(message: string, problem: string = message) {
    super(message);
    this.problem = problem;
  }
}

/** One that is in the log already. It is repeated only on a terminal. */
export class LoggedUsageError extends UsageError {}
