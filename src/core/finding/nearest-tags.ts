import { distance } from 'fastest-levenshtein';

/** How many are worth reading in one line. */
const most = 3;
/** A list is not searched beyond this: a hint is not worth more time. */
const mostCompared = 20_000;

/**
 * The tags that are most like a missing one, best first: those that look the same (`1.O` for `1.0`), fewest edits, then the longest common beginning, then the newest
 * by their numbers. None of them differs in more than half of its characters, since that would be no slip of the pen.
 */
export function nearestTags(missing: string, tags: readonly string[]): readonly string[] {
  const appearance = appearanceOf(missing);
  return tags
    .slice(0, mostCompared)
    .map((tag) => ({
      tag,
      edits: appearanceOf(tag) === appearance ? 0 : distance(missing, tag),
      common: commonPrefix(missing, tag),
    }))
    .filter(
      ({ tag, edits, common }) =>
        edits <= Math.max(2, Math.floor(Math.max(missing.length, tag.length) / 3)) || common >= 3,
    )
    .toSorted(
      (one, other) =>
        one.edits - other.edits ||
        other.common - one.common ||
        other.tag.localeCompare(one.tag, 'en', { numeric: true }),
    )
    .slice(0, most)
    .map(({ tag }) => tag);
}

/** Letters that are easily taken for digits, as those digits. */
function appearanceOf(tag: string): string {
  return tag.replaceAll(/o/gi, '0').replaceAll(/[il]/gi, '1');
}

function commonPrefix(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
