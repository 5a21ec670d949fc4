import { type Content, contentOfBytes, type Wanted } from '../content/content.ts';
import type { Spared } from '../evidence/evidence.ts';
import { algorithmOf, type DigestAlgorithm, parseDigest } from '../image/digest.ts';
import { errorCodesOf, saysPartAbsent } from './error-document.ts';
import type { Dialogue, Exchange } from './exchange.ts';
import { retryAfterMsOf } from './rate-limit.ts';
import { contentRequest, manifestLimit, type Request } from './request.ts';
import type { Reply, Session } from './session.ts';

/** Nobody was asked, because of what the registry announced. */
export type SparedContent = Spared & { readonly kind: 'spared' };

export type Terms = {
  /** Not asked for while the registry announces that it allows few more requests. */
  readonly isDispensable: boolean;
  /** Of a manifest only the existence is asked for: the registry counts what is read. */
  readonly byHead: boolean;
  /** The registry named the digest just now. */
  readonly isSeenNow: boolean;
};

/**
 * One thing that a pull depends on, from the endpoints in their order (core/remotes/docker/fetcher.go, Fetch): the first
 * that has it does. It is absent only if each of them says so; whatever else happens, it could not be found out.
 */
export function* readContent(
  sessions: readonly Session[],
  wanted: Wanted,
  { isDispensable, byHead, isSeenNow }: Terms,
): Dialogue<Content | SparedContent> {
  const { descriptor, as, from } = wanted;
  if (from === 'inline') return contentOfBytes(wanted, descriptor.data ?? new Uint8Array());
  // Of layers, and of what is too large to be read here, only the existence is asked for.
  const method = as === 'blob' || byHead || descriptor.size > manifestLimit ? 'HEAD' : 'GET';
  const request: Request = {
    ...contentRequest(method, from, descriptor.digest, descriptor.mediaType),
    ...(isDispensable && { isDispensable }),
    ...(isSeenNow && { isSeenNow }),
  };
  // What only a mirror on the node could say is not ours to ask (contract §3, C17).
  let isAbsent = sessions.some(({ settings }) => !settings.endpoint.isOnNode);
  let unread: Content = { kind: 'unread' };
  for (const session of sessions) {
    const content = yield* readFrom(session, request, wanted);
    if (content.kind === 'read' || content.kind === 'present' || content.kind === 'spared') return content;
    if (session.settings.endpoint.isOnNode) continue;
    isAbsent &&= content.kind === 'absent';
    if (content.kind === 'unread') unread = content;
  }
  return isAbsent ? { kind: 'absent' } : unread;
}

function* readFrom(session: Session, request: Request, wanted: Wanted): Dialogue<Content | SparedContent> {
  const parsed = parseDigest(wanted.descriptor.digest);
  if (!parsed.ok) return { kind: 'unread' };
  const reply = yield* askFor(session, request, algorithmOf(parsed.digest));
  if (reply.kind === 'throttled' && reply.response.status === 429) {
    const retryAfterMs = retryAfterMsOf(reply.response);
    return { kind: 'unread', throttled: retryAfterMs === undefined ? {} : { retryAfterMs } };
  }
  if (reply.kind !== 'response') return sparedBy(reply) ?? unreadBecause(reply);
  const { status, body, bodyDigest, bodyIncomplete } = reply.response;
  if (status === 404) return yield* absentAgain(session, request, reply.exchange);
  if (status > 299) return { kind: 'unread' };
  if (reply.method === 'HEAD') return { kind: 'present' };
  return bodyIncomplete || bodyDigest !== parsed.digest ? { kind: 'unread' } : contentOfBytes(wanted, body);
}

/**
 * Registries of several replicas may each know only the tokens that they gave themselves. A node asks over one connection,
 * where we share ours: what one replica does not take is asked for with a token of its own.
 */
function* askFor(session: Session, request: Request, digestAlgorithm: DigestAlgorithm): Dialogue<Reply> {
  const reply = yield* session.request(request, { digestAlgorithm });
  if (reply.kind !== 'refused' || !reply.isForeignToken) return reply;
  return yield* session.request(request, { digestAlgorithm, again: reply.exchange });
}

/** As for the reference itself (contract §3, C1): a second look, and a registry's own word for it. */
function* absentAgain(session: Session, request: Request, again: Exchange): Dialogue<Content | SparedContent> {
  const reply = yield* session.request({ ...request, method: 'GET', bodyLimit: 8 * 1024 }, { again });
  const spared = sparedBy(reply);
  if (spared !== undefined) return spared;
  if (reply.kind === 'unanswered') return unreadBecause(reply);
  const isAbsent =
    reply.kind === 'response' && reply.response.status === 404 && saysPartAbsent(errorCodesOf(reply.response.body));
  return { kind: isAbsent ? 'absent' : 'unread' };
}

function unreadBecause(reply: Reply): Content {
  const cause = reply.kind === 'unanswered' ? reply.cause : undefined;
  if (cause === 'deadline') return { kind: 'unread', notAsked: cause };
  const isLedAway = cause === 'foreign-address' || cause === 'unlisted-host';
  return isLedAway ? { kind: 'unread', notAsked: 'refused-redirect' } : { kind: 'unread' };
}

function sparedBy(reply: Reply): SparedContent | undefined {
  return reply.kind === 'unanswered' && reply.spared !== undefined ? { kind: 'spared', ...reply.spared } : undefined;
}
