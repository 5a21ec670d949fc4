import type { DigestAlgorithm } from '../digest.ts';

/** A usual mistake in writing an image, with what a hint needs to point at it. */
export type SlipKind =
  // Something else was written into the field.
  | { readonly kind: 'unfilled-template'; readonly placeholder: string }
  /** What templates and scripts leave where a value was missing: `<no value>`, `undefined`. */
  | { readonly kind: 'unset-value'; readonly value: string }
  | { readonly kind: 'pull-command' }
  | { readonly kind: 'web-page'; readonly site: string }
  | { readonly kind: 'url-scheme'; readonly scheme: string }
  | { readonly kind: 'query-or-fragment' }
  | { readonly kind: 'percent-encoding' }
  | { readonly kind: 'user-info' }
  | { readonly kind: 'file-path' }
  | { readonly kind: 'image-id' }
  // Characters.
  | { readonly kind: 'blank'; readonly where: 'around' | 'inside' }
  | { readonly kind: 'quotes' }
  | { readonly kind: 'backslash' }
  | { readonly kind: 'invisible-character'; readonly codePoint: string }
  | { readonly kind: 'non-ascii-character'; readonly character: string; readonly codePoint: string }
  // Host.
  | { readonly kind: 'host-without-path'; readonly host: string }
  | { readonly kind: 'not-a-host'; readonly host: string }
  | { readonly kind: 'host-with-underscore'; readonly host: string }
  /** Namespace read as a host, because upper case is allowed only there: `MyOrg/app`. */
  | { readonly kind: 'upper-case-first-part'; readonly part: string }
  | { readonly kind: 'port-not-a-number'; readonly port: string }
  | { readonly kind: 'ipv6-without-brackets' }
  | { readonly kind: 'not-an-ipv6-address'; readonly address: string }
  /** `docker.io/docker.io/nginx`, and another registry behind Docker Hub's: `docker.io/ghcr.io/org/app`. */
  | { readonly kind: 'repeated-registry'; readonly registry: string; readonly inner: string }
  // Path.
  | { readonly kind: 'empty-name' }
  | { readonly kind: 'upper-case-path'; readonly path: string }
  | { readonly kind: 'misplaced-slash'; readonly where: 'leading' | 'double' | 'trailing' }
  | { readonly kind: 'path-character'; readonly character: string }
  /** `foo..bar`, `foo-`, `foo___bar`. */
  | { readonly kind: 'path-separator'; readonly component: string }
  | { readonly kind: 'path-too-long'; readonly length: number }
  | { readonly kind: 'slash-before-tag'; readonly tag: 'latest' }
  // Tag.
  | { readonly kind: 'empty-tag' }
  | { readonly kind: 'several-tags'; readonly tags: readonly string[] }
  | { readonly kind: 'tag-character'; readonly character: string }
  | { readonly kind: 'tag-too-long'; readonly length: number }
  | { readonly kind: 'tag-after-at'; readonly tag: string }
  | { readonly kind: 'tag-after-digest'; readonly tag: string }
  // Digest.
  | { readonly kind: 'digest-without-name' }
  | { readonly kind: 'digest-without-algorithm'; readonly algorithm: DigestAlgorithm }
  /** `nginx:sha256:…`, `nginx@sha256-…`. */
  | { readonly kind: 'digest-separator' }
  | { readonly kind: 'empty-digest' }
  | { readonly kind: 'upper-case-digest' }
  /** Hexadecimal digits that are there and that there should be. */
  | {
      readonly kind: 'digest-length';
      readonly algorithm: DigestAlgorithm;
      readonly digits: number;
      readonly expected: number;
    }
  | { readonly kind: 'digest-character'; readonly character: string }
  | { readonly kind: 'unsupported-digest-algorithm'; readonly algorithm: string };

/** One mistake, and the text without it where that is clear; the text may hold further ones. */
export type Spotted = { readonly slip: SlipKind; readonly repaired?: string };
