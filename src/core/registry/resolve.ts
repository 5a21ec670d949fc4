/**
 * From a tag or digest to what a registry holds under it, at one endpoint, as containerd's resolver does it
 * (core/remotes/docker/resolver.go, Resolve): HEAD decides, GET only stands in where HEAD is not allowed or says too little.
 * After a 404 to a digest containerd also asks `/blobs/`; what it finds there it takes for no manifest, so we do not ask.
 */
import type { Descriptor } from '../content/descriptor.ts';
import type { Saw, UselessAnswer } from '../evidence/evidence.ts';
import { parseGoInt64 } from '../go/integer.ts';
import { algorithmOf, type Digest, type DigestAlgorithm, parseDigest } from '../image/digest.ts';
import { mediaKindOf, mediaTypeOfContentType } from '../image/media-type.ts';
import type { ImageReference } from '../image/reference.ts';
import { type Dialogue, type FailureCause, headerOf, type Response } from './exchange.ts';
import { retryAfterMsOf } from './rate-limit.ts';
import { manifestLimit, type Request, resolveRequest } from './request.ts';
import { confirmAbsence, confirmRefusal } from './second-look.ts';
import type { Answered, Reply, Session } from './session.ts';

export type Resolved = {
  readonly kind: 'resolved';
  readonly root: Descriptor;
  /** The bytes hash to the digest that the registry or the reference names: nobody else's page can do that. */
  readonly isVerified: boolean;
  /** The reference or a header names the digest; else it is only that of the bytes that came. */
  readonly isNamed: boolean;
  /** The type is one that only a registry sends; `text/plain`, which containerd takes for schema 1, is not. */
  readonly isManifestType: boolean;
  /** The document, where it was read already. */
  readonly body?: Uint8Array;
  readonly response: Response;
};

export function* resolveAt(
  session: Session,
  reference: ImageReference,
): Dialogue<Resolved | Exclude<Saw, { kind: 'manifest' }>> {
  const head = resolveRequest('HEAD', reference.digest ?? reference.tag ?? 'latest');
  const digestAlgorithm = hashFor(reference.digest);
  const reply = yield* session.request(head, { digestAlgorithm });
  if (reply.kind === 'refused') {
    const refusal = yield* confirmRefusal(session, head, reply);
    return refusal.kind === 'refused' ? refusal : yield* resolveFrom(session, head, refusal, reference.digest);
  }
  if (reply.kind !== 'response') return sawOf(reply);
  const { response } = reply;
  if (response.status === 404) {
    const absence = yield* confirmAbsence(
      session,
      head,
      reply,
      reference.kind === 'tagged' ? reference.tag : undefined,
    );
    return absence.kind === 'absent' ? absence : yield* resolveFrom(session, head, absence, reference.digest);
  }
  if (response.status > 299) return uselessStatus(session, response);
  return yield* resolveFrom(session, head, reply, reference.digest);
}

/** Everything but a 2xx, and a refusal, which is looked at again. */
function sawOf(reply: Exclude<Reply, { kind: 'response' | 'refused' }>): Exclude<Saw, { kind: 'manifest' }> {
  switch (reply.kind) {
    case 'refused-outright':
      return reply;
    case 'throttled': {
      // 408 is repeated by containerd as 429 is, but says nothing of a limit.
      if (reply.response.status !== 429) return useless({ kind: 'status', status: reply.response.status });
      const retryAfterMs = retryAfterMsOf(reply.response);
      return { kind: 'throttled', ...(retryAfterMs !== undefined && { retryAfterMs }) };
    }
    case 'unanswered':
      return sawFailure(reply.cause);
    case 'foreign-token-server':
      return {
        kind: 'not-asked',
        why: 'foreign-token-server',
        tokenServer: reply.tokenServer,
        objection: reply.objection,
      };
    case 'useless':
      return useless({ kind: reply.what });
    case 'useless-status':
      return useless({ kind: 'status', status: reply.status });
    case 'no-address':
      return { kind: 'unreachable', cause: 'connection' };
  }
}

export function sawFailure(cause: FailureCause): Exclude<Saw, { kind: 'manifest' }> {
  switch (cause) {
    case 'dns':
    case 'connection':
    case 'tls':
    case 'plain-http':
    case 'timeout':
    case 'proxy':
      return { kind: 'unreachable', cause };
    case 'deadline':
    case 'password-limit':
    case 'refused-address':
    case 'refused-port':
      return { kind: 'not-asked', why: cause };
    case 'foreign-address':
    case 'unlisted-host':
      return { kind: 'not-asked', why: 'refused-redirect' };
    case 'spared':
      throw new Error('what everything rests on is not dispensable');
    case 'unacceptable-answer':
      return useless({ kind: 'unacceptable' });
  }
}

function useless(what: UselessAnswer): Exclude<Saw, { kind: 'manifest' }> {
  return { kind: 'useless', what };
}

/** An answer to HEAD has no text. */
function uselessStatus(session: Session, response: Response): Exclude<Saw, { kind: 'manifest' }> {
  const registryMessage = session.messageIn(response);
  return useless({
    kind: 'status',
    status: response.status,
    ...(registryMessage !== undefined && { registryMessage }),
  });
}

function* resolveFrom(
  session: Session,
  head: Request,
  { response, method }: Answered,
  asked: Digest | undefined,
): Dialogue<Resolved | Exclude<Saw, { kind: 'manifest' }>> {
  const size = lengthOf(response);
  const written = headerOf(response, 'docker-content-digest');
  const named = asked ?? (size === undefined ? undefined : written);
  const digest = named === undefined ? undefined : parseDigest(named);
  if (digest?.ok === false) return useless({ kind: 'digest-header' });
  if (digest === undefined || size === undefined) return yield* resolveByGet(session, head, digest?.digest);
  const hasBody = method === 'GET' && !response.bodyIncomplete;
  const isVerified = hasBody && response.bodyDigest === digest.digest;
  return described(response, digest.digest, size, {
    isNamed: true,
    isVerified,
    ...(isVerified && { body: response.body }),
  });
}

/** No digest, or no length: containerd reads the document and counts and hashes it itself. */
function* resolveByGet(
  session: Session,
  head: Request,
  asked: Digest | undefined,
): Dialogue<Resolved | Exclude<Saw, { kind: 'manifest' }>> {
  const request = { ...head, method: 'GET', bodyLimit: manifestLimit + 1 } as const;
  const reply = yield* session.request(request, { digestAlgorithm: hashFor(asked) });
  if (reply.kind === 'refused') {
    const refusal = yield* confirmRefusal(session, request, reply);
    return refusal.kind === 'refused' ? refusal : useless({ kind: 'status', status: reply.response.status });
  }
  if (reply.kind !== 'response') return sawOf(reply);
  const { response } = reply;
  if (response.status > 299) return uselessStatus(session, response);
  if (response.bodyIncomplete && response.body.length <= manifestLimit) return useless({ kind: 'unacceptable' });
  if (response.body.length > manifestLimit) return tooLarge(response, response.body.length);
  const digest = asked ?? response.bodyDigest;
  if (digest === undefined) throw new Error('a digest was asked for and not computed');
  const named = asked ?? headerOf(response, 'docker-content-digest');
  return described(response, digest, response.body.length, {
    isNamed: named !== undefined,
    isVerified: response.bodyDigest === named,
    body: response.body,
  });
}

function described(
  response: Response,
  digest: Digest,
  size: number,
  read: Pick<Resolved, 'isNamed' | 'isVerified' | 'body'>,
): Resolved | Exclude<Saw, { kind: 'manifest' }> {
  if (size > manifestLimit) return tooLarge(response, size);
  const { mediaType, isManifestType } = typeOf(response);
  return { kind: 'resolved', root: { mediaType, digest, size, hasUrls: false }, isManifestType, response, ...read };
}

/** So much is not read, and of a web page nothing else would prove that the registry means it (C14). */
function tooLarge(response: Response, bytes: number): Exclude<Saw, { kind: 'manifest' }> {
  const { mediaType, isManifestType } = typeOf(response);
  return isManifestType ? { kind: 'oversized', bytes } : useless({ kind: 'no-manifest', mediaType });
}

function typeOf(response: Response): { readonly mediaType: string; readonly isManifestType: boolean } {
  const contentType = headerOf(response, 'content-type');
  const mediaType = mediaTypeOfContentType(contentType);
  return { mediaType, isManifestType: mediaKindOf(mediaType) !== 'other' && !contentType?.startsWith('text/') };
}

/** Undefined where it is not announced, as in chunked answers (Go's ContentLength of -1). */
function lengthOf(response: Response): number | undefined {
  const length = parseGoInt64(headerOf(response, 'content-length') ?? '');
  return length === undefined || length < 0n ? undefined : Number(length);
}

/** containerd hashes what no digest names by its canonical algorithm (digest.FromReader). */
function hashFor(digest: Digest | undefined): DigestAlgorithm {
  return digest === undefined ? 'sha256' : algorithmOf(digest);
}
