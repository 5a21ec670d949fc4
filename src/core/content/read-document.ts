import { parseDigest } from '../image/digest.ts';
import { isForeign, type Wanted, wanted } from './content.ts';
import type { Descriptor } from './descriptor.ts';
import type { Document, DocumentRole } from './document.ts';
import { type Fails, fails, type Needs, type PullFailure, type Unknown } from './outcome.ts';
import type { PullContext } from './pull-context.ts';

export type Role = Extract<PullFailure, { kind: 'missing' }>['role'];

/** A document that containerd would go on with. */
export type ReadDocument<R extends DocumentRole> = {
  readonly kind: 'document';
  readonly document: Extract<Document, { kind: R }>;
  readonly size: number;
};

/** Reads what a pull cannot do without, or says why that stops it. */
export function readDocument<R extends DocumentRole>(
  descriptor: Descriptor,
  as: R,
  role: Role,
  { contentOf }: PullContext,
): ReadDocument<R> | Needs | Unknown | Fails {
  const asked = wanted(descriptor, as);
  if (isForeign(descriptor)) return { kind: 'unknown', why: 'foreign', because: descriptor };
  const content = contentOf(asked);
  if (content === undefined) return { kind: 'needs', wanted: [asked] };
  switch (content.kind) {
    case 'unread':
    case 'present':
      return { kind: 'unknown', why: 'unread', because: descriptor };
    case 'absent':
      return failsByAbsence(asked, role);
    case 'corrupt':
      return failsByDigest(descriptor);
    case 'read':
      return goOnWith(content.document, as, content.size, descriptor);
  }
}

function goOnWith<R extends DocumentRole>(
  document: Document,
  as: R,
  size: number,
  descriptor: Descriptor,
): ReadDocument<R> | Unknown | Fails {
  if (document.kind === 'malformed') return fails({ kind: 'malformed' }, descriptor, document.error);
  if (document.kind === 'too-large') return { kind: 'unknown', why: 'too-large', because: descriptor };
  if (isReadAs(document, as)) return { kind: 'document', document, size };
  throw new Error(`${descriptor.digest} was wanted as ${as}, and comes as ${document.kind}`);
}

function isReadAs<R extends DocumentRole>(document: Document, as: R): document is Extract<Document, { kind: R }> {
  return document.kind === as;
}

/** core/remotes/handlers.go, Fetch; what is no digest finds nothing. */
export function faultOfDescriptor(descriptor: Descriptor): Fails | undefined {
  const { digest, size } = descriptor;
  const unable = `unable to fetch descriptor (${digest}) which reports`;
  if (size === 0) return failsAsMalformed(descriptor, `${unable} content size of zero: invalid argument`);
  if (size < 0) return failsAsMalformed(descriptor, `${unable} negative content size (${size}): invalid argument`);
  const parsed = parseDigest(digest);
  return parsed.ok ? undefined : failsAsMalformed(descriptor, `${parsed.error}: ${digest}`);
}

/** remotes/docker/fetcher.go; the URL that stands in containerd's text is the registry's. */
export function failsByAbsence({ descriptor, from }: Wanted, role: Role): Fails {
  const { digest, mediaType } = descriptor;
  const missing =
    from === 'manifests'
      ? `content at /manifests/${digest} not found`
      : `could not fetch content descriptor ${digest} (${mediaType}) from remote`;
  return fails(
    { kind: 'missing', role },
    descriptor,
    `failed to copy: httpReadSeeker: failed open: ${missing}: not found`,
  );
}

export function failsByDigest(descriptor: Descriptor): Fails {
  const error = `unexpected commit digest, expected ${descriptor.digest}: failed precondition`;
  return fails({ kind: 'digest-mismatch' }, descriptor, error);
}

export function failsBySize(descriptor: Descriptor, actual: number): Fails {
  const error = `failed size validation: ${actual} != ${descriptor.size}: failed precondition`;
  return fails({ kind: 'size-mismatch', actual }, descriptor, error);
}

function failsAsMalformed(descriptor: Descriptor, error: string): Fails {
  return fails({ kind: 'malformed' }, descriptor, error);
}
