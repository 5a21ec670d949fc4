import type { Finding } from '../core/finding/finding.ts';
import { printable } from './printable.ts';
import type { Words } from './words/words.ts';

/** What is said of an image, and what keeps it from being certain. */
export function saidOf({ cappedBy }: Finding, { said }: Words): string {
  return cappedBy === undefined ? said : `${said} (${printable(cappedBy, longestReason)})`;
}

/** One line that stands for itself: the image as written stands before what is said of it. */
export function sentenceOf(image: string | undefined, said: string): string {
  return image === undefined ? said : `${image === '' ? '""' : printable(image)}: ${said}`;
}

/** Names of schedulers and the like are part of reasons, and of others' making. */
export const longestReason = 400;
