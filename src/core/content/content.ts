import { isNonDistributable, mediaKindOf } from '../image/media-type.ts';
import type { Descriptor } from './descriptor.ts';
import { type Document, type DocumentRole, parseDocument } from './document.ts';

/** One thing that a pull depends on. */
export type Wanted = {
  readonly descriptor: Descriptor;
  /** As what it is read; of a `blob` only its existence matters. */
  readonly as: DocumentRole | 'blob';
  /** Where containerd takes it from: `/manifests/<digest>`, `/blobs/<digest>`, or the descriptor's own `data`. */
  readonly from: 'manifests' | 'blobs' | 'inline';
};

/** What is known of it. */
export type Content =
  /** Bytes that hash to the digest, parsed. */
  | { readonly kind: 'read'; readonly size: number; readonly document: Document }
  /** It is there; its bytes were not read. */
  | { readonly kind: 'present'; readonly size?: number }
  | { readonly kind: 'absent' }
  /** The descriptor's own `data` does not hash to its digest. */
  | { readonly kind: 'corrupt' }
  /** Could not be found out, or was not to be. `throttled`: because of too many requests. */
  | {
      readonly kind: 'unread';
      readonly throttled?: { readonly retryAfterMs?: number };
      readonly notAsked?: 'deadline' | 'refused-redirect';
    };

/** Undefined: nobody has asked yet. */
export type ContentOf = (wanted: Wanted) => Content | undefined;

/** What two wants have in common when one answer does for both. */
export function wantedKey({ descriptor, as, from }: Wanted): string {
  return `${as} ${from} ${descriptor.digest}`;
}

/** Content from bytes whose digest was verified. */
export function contentOfBytes({ descriptor, as }: Wanted, bytes: Uint8Array): Content {
  if (as === 'blob') return { kind: 'present', size: bytes.length };
  const before = read.get(bytes);
  if (before?.as === as && before.mediaType === descriptor.mediaType) return before.content;
  const content = contentRead(bytes, () => parseDocument(as, bytes, descriptor.mediaType, descriptor.digest));
  read.set(bytes, { as, mediaType: descriptor.mediaType, content });
  return content;
}

type Read = { readonly as: DocumentRole; readonly mediaType: string; readonly content: Content };

/** What bytes say does not change: as long as they are kept they are one content, whoever asks for them. */
const read = new WeakMap<Uint8Array, Read>();

/** Below this, in bytes, it costs less to parse a document again than to keep it. */
const cheaplyParsed = 32 * 1024;

function contentRead(bytes: Uint8Array, parse: () => Document): Content {
  const size = bytes.length;
  const document = parse();
  return size > cheaplyParsed ? { kind: 'read', size, document } : new ParsedByNeed(size, document, parse);
}

/** Parsed, a document takes several times its bytes, and what it means is remembered: it is kept while somebody looks at it. */
class ParsedByNeed {
  readonly kind = 'read';
  readonly size: number;
  readonly #parse: () => Document;
  #last: WeakRef<Document>;

  constructor(size: number, document: Document, parse: () => Document) {
    this.size = size;
    this.#parse = parse;
    this.#last = new WeakRef(document);
  }

  get document(): Document {
    const known = this.#last.deref();
    if (known !== undefined) return known;
    const again = this.#parse();
    this.#last = new WeakRef(again);
    return again;
  }
}

/** remotes/docker/fetcher.go, Fetch: only types that containerd knows are taken from `/manifests/`. */
export function wanted(descriptor: Descriptor, as: Wanted['as']): Wanted {
  return { descriptor, as, from: sourceOf(descriptor) };
}

function sourceOf(descriptor: Descriptor): Wanted['from'] {
  if (descriptor.data !== undefined) return 'inline';
  const kind = mediaKindOf(descriptor.mediaType);
  return kind === 'manifest' || kind === 'index' || kind === 'schema-1' ? 'manifests' : 'blobs';
}

/** It comes, or may come, from addresses outside the registry: never asked for. */
export function isForeign(descriptor: Descriptor): boolean {
  return descriptor.data === undefined && (descriptor.hasUrls || isNonDistributable(descriptor.mediaType));
}
