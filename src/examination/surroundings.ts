/** What the process gives to a command that examines workloads. */
import type { Clock } from '../sources/registry/send.ts';

export type Surroundings = {
  readonly version: string;
  readonly standardInput: AsyncIterable<Uint8Array>;
  readonly standardOutput: Terminal;
  readonly standardError: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** By default the monotonic clock of the process. */
  readonly clock?: Clock;
};

/** A stream for text, which may be a terminal. */
export type Terminal = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly write: (text: string) => unknown;
};
