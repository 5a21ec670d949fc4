import type { Workload } from '../../core/workload/workload.ts';
import { printable } from '../printable.ts';

/** The two sentences of a finding, each one line of printable ASCII without a full stop. */
export type Words = {
  /** What is wrong. It follows the image and a colon, so it starts in lower case. */
  readonly said: string;
  /** The exact command or field to change. It is a sentence of its own and starts in upper case. */
  readonly nextStep: string;
};

/** Whose finding it is. */
export type Subject = {
  readonly workload: Workload;
  /** The field that names the image: `spec.template.spec.containers[0].image`. */
  readonly field?: string;
};

/** `a`, `a and b`, `a, b and 3 more` */
export function listed(items: readonly string[], most = 3): string {
  if (items.length > most) return `${items.slice(0, most - 1).join(', ')} and ${items.length - most + 1} more`;
  const [last = '', ...before] = items.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`;
}

/** What the registry itself says about its answer, where it says anything. */
export function quoteOf(registryMessage: string | undefined): string {
  return registryMessage === undefined ? '' : `: "${printable(registryMessage)}"`;
}
