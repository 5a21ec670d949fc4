import type { Finding } from '../core/finding/finding.ts';
import { printable } from './printable.ts';
import { withoutCredentials } from './without-credentials.ts';
import type { Words } from './words/words.ts';

/** What is said of an image, and what keeps it from being certain. */
export function saidOf({ cappedBy }: Finding, { said }: Words): string {
  if (cappedBy === undefined) return said;
  const reason = printable(cappedBy, longestReason);
  return said.endsWith(')') ? `${said.slice(0, -1)}; ${reason})` : `${said} (${reason})`;
}

/** One line that needs no context: the image as written, then what is said of it. */
export function sentenceOf(image: string | undefined, said: string): string {
  return image === undefined ? said : `${imageText(image)}: ${said}`;
}

/** The image as written, for people. The API server does not tell an absent image from an empty one. */
export function imageText(image: string, longest?: number): string {
  if (image === '') return '(no image)';
  return image.trim() === '' ? '(blank)' : printable(withoutCredentials(image), longest);
}

/** What `sentenceOf` made, for a place that names the image already. */
export function withoutImage(sentence: string, image: string): string {
  const before = `${imageText(image)}: `;
  return sentence.startsWith(before) ? sentence.slice(before.length) : sentence;
}

/** A message and its next step as two sentences. A command ends the line, so that it can be copied: no full stop follows. */
export function withNextStep(message: string, nextStep: string): string {
  return nextStep === '' ? message : `${message}. ${nextStep}`;
}

/** Names of schedulers and the like are part of reasons, and of others' making. */
export const longestReason = 400;
