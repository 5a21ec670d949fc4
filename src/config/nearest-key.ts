import { distance } from 'fastest-levenshtein';
import { shown } from './shown.ts';

/**
 * The key that was most likely meant: the same letters in other case or with other separators, else at most two slips of
 * the pen, or three in a long word. Undefined if nothing is that near.
 */
export function nearestKey(written: string, known: readonly string[]): string | undefined {
  if (written.length > longestKey) return undefined;
  const letters = lettersOf(written);
  const ranked = known
    .map((key) => ({ key, slips: distance(letters, lettersOf(key)) }))
    .toSorted((one, other) => one.slips - other.slips);
  const [best] = ranked;
  if (best === undefined) return undefined;
  const allowed = Math.min(letters.length > 12 ? 3 : 2, Math.floor(letters.length / 2));
  return best.slips <= allowed ? best.key : undefined;
}

/** What to say of a key that nobody knows: what was likely meant, and what there is. */
export function unknownKey(written: string, known: readonly string[]): string {
  const nearest = nearestKey(written, known);
  const hint = nearest === undefined ? '; ' : `; did you mean ${nearest}? `;
  return `there is no key ${shown(written)}${hint}keys are ${known.join(', ')}`;
}

const longestKey = 100;

function lettersOf(key: string): string {
  return key.toLowerCase().replaceAll(/[-_. ]/g, '');
}
