import type { Workload } from '../../core/workload/workload.ts';

/** What a finding is said with. Both are one line without an end stop; neither holds anything that is not printable. */
export type Words = {
  /** What is wrong; the image stands before it. */
  readonly said: string;
  /** An exact command or field to change. */
  readonly nextStep: string;
};

/** Whose finding it is. */
export type Subject = { readonly workload: Workload };

/** `a`, `a and b`, `a, b and 3 more` */
export function listed(items: readonly string[], most = 3): string {
  if (items.length > most) return `${items.slice(0, most - 1).join(', ')} and ${items.length - most + 1} more`;
  const [last = '', ...before] = items.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`;
}
