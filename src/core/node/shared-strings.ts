/** Gives back the first of all equal strings it was shown. */
export type ShareString = (text: string) => string;

/**
 * Strings that come from JSON are separate copies even where they are equal: 5,000 nodes that list the same 50 images
 * hold 5,000 copies of each name. One of these functions for all nodes of a cluster keeps one copy. When it has seen
 * `limit` different strings it starts anew, so that names which no node lists any more do not pile up.
 */
export function sharedStrings(limit = 65_536): ShareString {
  const seen = new Map<string, string>();
  return (text) => {
    const known = seen.get(text);
    if (known !== undefined) return known;
    if (seen.size >= limit) seen.clear();
    seen.set(text, text);
    return text;
  };
}
