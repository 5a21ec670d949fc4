// import from core/content/puller at merge

const generations = ['1.7', '2.0', '2.1', '2.2', '2.3', '2.4'] as const;
export type Generation = (typeof generations)[number];

/** Which containerd pulls, and by which of its two ways: the CRI plugin itself, or the transfer service (2.1 and later). */
export type Puller = { readonly path: 'local' | 'transfer'; readonly generation: Generation };

/** `generation` is `since` or a later one. */
export function isAtLeast(generation: Generation, since: Generation): boolean {
  return generations.indexOf(generation) >= generations.indexOf(since);
}
