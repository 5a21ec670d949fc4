import type { Node } from './node.ts';

/** Which candidates report an image. Reporting is good evidence for that node only; not reporting proves nothing. */
export type Presence =
  | { readonly kind: 'everywhere'; readonly reporting: readonly Node[] }
  | { readonly kind: 'somewhere'; readonly reporting: readonly Node[] }
  | { readonly kind: 'nowhere' };

/**
 * `references` are the normalized names under which containerd would find the image (`docker.io/library/nginx:1.25`; of
 * a name with tag and digest only `docker.io/library/nginx@sha256:…`): a node reports it if it lists one of them.
 */
export function presenceOf(references: readonly string[], candidates: readonly Node[]): Presence {
  const reporting = candidates.filter(({ imageNames }) => references.some((reference) => imageNames.has(reference)));
  if (reporting.length === 0) return { kind: 'nowhere' };
  return { kind: reporting.length === candidates.length ? 'everywhere' : 'somewhere', reporting };
}
