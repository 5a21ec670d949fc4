import { defaultPullPolicy } from '../../../src/core/image/pull-policy.ts';
import { parseReference } from '../../../src/core/image/reference.ts';
import type { Family } from '../play.ts';

/** `field` is not looked at: one rule stands for all places that name an image. */
type Input = { readonly image: string; readonly pullPolicy?: string };

export const pullPolicy: Family = (input: Input, expect: string) => {
  const defaulted = defaultPullPolicy(input.pullPolicy, parseReference(input.image));
  return { expected: expect, came: defaulted.kind === 'unsupported' ? defaulted.written : defaulted.pullPolicy };
};
