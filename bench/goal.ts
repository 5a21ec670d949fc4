/** What a goal is, and what was measured for it. */

import type { Share } from './profile.ts';

/** At most so much, or exactly so much, of the unit of the goal. */
export type Bound = { readonly atMost: number } | { readonly exactly: number };

export type Goal = {
  /** `P3` */
  readonly id: string;
  readonly what: string;
  /** A count is the same on every machine, and fails the run. A ratio is taken in one run. The rest belongs to the machine. */
  readonly kind: 'count' | 'ratio' | 'figure';
  readonly unit: string;
  readonly bound: Bound;
  /** What the figure is compared with, or what it was measured on. */
  readonly anchor: string;
};

export type Measured = Goal & {
  /** One for each round, in order; the median counts. */
  readonly rounds: readonly number[];
  /** Of one that is not reached: where the processor time goes. */
  readonly profile?: readonly Share[];
};

/** What could not be measured here, or is not there to be measured. */
export type Unmeasured = Pick<Goal, 'id' | 'what'> & { readonly because: string };

export type Outcome = Measured | Unmeasured;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const [lower, upper] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((lower ?? Number.NaN) + (upper ?? Number.NaN)) / 2;
}

export function millisText(rounds: readonly number[]): string {
  return `${Math.round(median(rounds))} ms`;
}

/** The median; of a count that must be exact the first round in which it was not. */
export function figureOf({ bound, rounds }: Measured): number {
  if ('atMost' in bound) return median(rounds);
  return rounds.find((value) => value !== bound.exactly) ?? bound.exactly;
}

/** The ratios of the rounds: both sides of each were measured one right after the other. */
export function ratios(product: readonly number[], reference: readonly number[]): readonly number[] {
  return product.map((value, round) => value / (reference[round] ?? Number.NaN));
}

export function isReached(measured: Measured): boolean {
  const { bound } = measured;
  const figure = figureOf(measured);
  return 'atMost' in bound ? figure <= bound.atMost : figure === bound.exactly;
}

/** Of the goals that are not reached the first that is meant gets a profile. */
export async function withProfile(
  outcomes: readonly Outcome[],
  isMeant: (outcome: Outcome) => boolean,
  profile: () => Promise<readonly Share[]>,
): Promise<readonly Outcome[]> {
  const missed = outcomes.find((outcome) => 'rounds' in outcome && !isReached(outcome) && isMeant(outcome));
  if (missed === undefined) return outcomes;
  const shares = await profile();
  return outcomes.map((outcome) => (outcome === missed ? { ...outcome, profile: shares } : outcome));
}
