import type { Platform } from '../image/platform.ts';
import type { Wanted } from './content.ts';
import type { Descriptor } from './descriptor.ts';
import { errorText } from './error-text.ts';

/** A manifest or index, and the way to it: positions in the nested indexes, none for the document of the reference. */
export type Located = { readonly position: readonly number[]; readonly descriptor: Descriptor };

/** How a pull goes on once the reference is resolved. */
export type PullOutcome = Needs | Unknown | Fails | Pulled;

/** Cannot be told before these were asked for, in the order in which containerd would. */
export type Needs = { readonly kind: 'needs'; readonly wanted: readonly Wanted[] };

export type Unknown = {
  readonly kind: 'unknown';
  readonly why:
    | 'unread'
    /** It comes from addresses outside the registry. */
    | 'foreign'
    /** More descriptors than we look at. */
    | 'too-large';
  readonly because: Descriptor;
};

export type Fails = {
  readonly kind: 'fails';
  readonly cause: PullFailure;
  readonly because: Descriptor;
  /** containerd's text, without the frame that names the reference. */
  readonly error: string;
  /** Manifests and indexes below the root that had been fetched by then; empty where fetching itself failed. */
  readonly downloaded: readonly Located[];
};

export type Pulled = {
  readonly kind: 'pulled';
  readonly chosen: Located;
  /** Absent for a converted schema 1 image, which gets its config by the conversion. */
  readonly config?: Descriptor;
  /** Manifests and indexes below the root, in the order of their positions. */
  readonly downloaded: readonly Located[];
  /** Layers that are fetched, too, and that may be asked for; what is known of them is already part of the outcome. */
  readonly layers: readonly Wanted[];
  readonly notes: readonly PullNote[];
};

export type PullFailure =
  /** No entry of the index suits the node. */
  | { readonly kind: 'no-match'; readonly offers: readonly Platform[] }
  /** The transfer service downloads exact matches only, and then chooses a compatible one. */
  | { readonly kind: 'fallback-not-downloaded'; readonly platform: Platform }
  /** An entry without a platform is chosen, but then the size of another one is asked for, which was not downloaded. */
  | { readonly kind: 'entry-without-platform' }
  | { readonly kind: 'missing'; readonly role: 'root' | 'child' | 'config' | 'layer' }
  /** A document, or a descriptor, that containerd does not take for what it should be. */
  | { readonly kind: 'malformed' }
  | { readonly kind: 'digest-mismatch' }
  | { readonly kind: 'size-mismatch'; readonly actual: number }
  | { readonly kind: 'unsupported-media-type' }
  | { readonly kind: 'schema-1' }
  /** The config is no image config, and is unpacked all the same. */
  | { readonly kind: 'artifact'; readonly configType: string }
  | { readonly kind: 'malformed-config' }
  /** The config lists another number of layers than the manifest. */
  | { readonly kind: 'layers-mismatch' };

/** Worth a word although the pull goes through. */
export type PullNote =
  /** Not an image: a container of it fails to be created. */
  | { readonly kind: 'artifact'; readonly configType: string }
  /** A single manifest whose config names another platform than the node's: nothing checks that before the start. */
  | { readonly kind: 'built-for-other-platform'; readonly platform: Platform }
  | { readonly kind: 'converted-schema-1' }
  /** Fetched by the pull, but we could not find out whether it is there. */
  | { readonly kind: 'unread'; readonly descriptor: Descriptor };

export function fails(
  cause: PullFailure,
  because: Descriptor,
  error: string,
  downloaded: readonly Located[] = [],
): Fails {
  return { kind: 'fails', cause, because, error: errorText(error), downloaded };
}
