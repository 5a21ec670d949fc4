/**
 * Answers which `imagePullPolicy` an image use has once the API server has filled in what was left out.
 * Knows nothing of AlwaysPullImages, which may overwrite it, nor of what lies on a node.
 */
import type { ParsedReference } from './reference.ts';

export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never';

export type DefaultedPullPolicy =
  | { readonly kind: 'written' | 'default'; readonly pullPolicy: PullPolicy }
  /** Not one of the three: kept by defaulting, refused by the validation after it. */
  | { readonly kind: 'unsupported'; readonly written: string };

/**
 * The rule of SetDefaults_Container and SetDefaults_Volume (pkg/apis/core/v1/defaults.go, v1.36.3), one for containers, init
 * containers, ephemeral containers and image volumes. Where the API server runs without the ImageVolume gate (off by
 * default before 1.35), it defaults no image volume, and keeps none.
 */
export function defaultPullPolicy(written: string | undefined, image: ParsedReference): DefaultedPullPolicy {
  switch (written) {
    case 'Always':
    case 'IfNotPresent':
    case 'Never':
      return { kind: 'written', pullPolicy: written };
    case undefined:
    case '':
      return { kind: 'default', pullPolicy: tagOf(image) === 'latest' ? 'Always' : 'IfNotPresent' };
    default:
      return { kind: 'unsupported', written };
  }
}

/** The tag written or implied, beside a digest too: `nginx:latest@sha256:…` is pulled always. */
function tagOf(image: ParsedReference): string | undefined {
  if (image.ok) return image.reference.tag;
  return image.refusedBy === 'containerd' ? image.accepted.tag : undefined;
}
