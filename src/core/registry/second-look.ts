/** A registry that says no is asked once more before anything is made of it (contract §3, C1 and C4). */
import type { Absence, ProxyProduct, Refusal, TagsSeen } from '../evidence/evidence.ts';
import { membersNamed, parseGoJson } from '../go/json.ts';
import { decodeGoUtf8 } from '../go/utf8.ts';
import { errorCodesOf, saysAbsent } from './error-document.ts';
import { ask, type Dialogue, type Response } from './exchange.ts';
import { proxyProductOf } from './product.ts';
import { type Request, tagsRequest } from './request.ts';
import { blamesAddress, type RefusedReply, type Reply, type Session } from './session.ts';

/** What a 404 to HEAD means, or the answer to a third look that found the manifest after all. Of a missing tag its neighbours are listed. */
export function* confirmAbsence(
  session: Session,
  head: Request,
  first: Response,
  tag: string | undefined,
): Dialogue<Absence | Extract<Reply, { kind: 'response' }>> {
  const second = yield* session.request({ ...head, method: 'GET', bodyLimit: errorLimit }, { secondLook: true });
  const responses = second.kind === 'response' ? [first, second.response] : [first];
  const product = proxyProductOf(session.settings.repository, responses, session.challenges);
  if (second.kind !== 'response') return absence(failureOf(second), product);
  const { status, body } = second.response;
  if (status === 404) {
    if (!saysAbsent(errorCodesOf(body))) return absence('no-registry-answer', product);
    return absence('absent-too', product, tag === undefined ? notListed : yield* listTags(session, tag));
  }
  if (status > 299) return absence('failed', product);
  const third = yield* session.request(head, { secondLook: true });
  if (third.kind !== 'response') return absence(failureOf(third), product);
  if (third.response.status === 404) return absence('absent-for-head-only', product);
  return third.response.status > 299 ? absence('failed', product) : third;
}

function failureOf(reply: Exclude<Reply, { kind: 'response' }>): Absence['secondLook'] {
  // containerd repeats a 408 as it does a 429, but it says nothing of a limit.
  if (reply.kind === 'throttled' && reply.response.status === 429) return 'throttled';
  return reply.kind === 'unanswered' && reply.cause === 'deadline' ? 'out-of-time' : 'failed';
}

const notListed: TagsSeen = { kind: 'not-listed' };

function absence(
  secondLook: Absence['secondLook'],
  product: ProxyProduct | undefined,
  tags: TagsSeen = notListed,
): Absence {
  return { kind: 'absent', secondLook, tags, ...(product && { product }) };
}

/** Of a text that says why something was refused no more is read. */
const errorLimit = 8 * 1024;

/** Pages are not followed: a `Link` is the registry's word on where to go with our credentials. */
function* listTags(session: Session, tag: string): Dialogue<TagsSeen> {
  const reply = yield* session.request(tagsRequest());
  if (reply.kind !== 'response') return notListed;
  const { status, body, bodyIncomplete, headers } = reply.response;
  if (status === 404) return saysAbsent(errorCodesOf(body)) ? { kind: 'repository-absent' } : notListed;
  const tags = status === 200 && !bodyIncomplete ? tagsIn(body) : undefined;
  return tags === undefined
    ? notListed
    : { kind: 'listed', tags, isComplete: !headers.has('link'), hasTag: tags.includes(tag) };
}

function tagsIn(body: Uint8Array): readonly string[] | undefined {
  const parsed = parseGoJson(decodeGoUtf8(body));
  if (!parsed.ok || parsed.value.kind !== 'object') return undefined;
  const tags = membersNamed(parsed.value, 'tags').at(-1);
  if (tags?.kind === 'null') return [];
  return tags?.kind === 'array' ? tags.items.flatMap((tag) => (tag.kind === 'string' ? [tag.value] : [])) : undefined;
}

/**
 * What a refusal after a challenge means. It counts once it is repeated over a new connection by GET, whose answer may say
 * why: HEAD has no text, so that containerd, too, asks for it by GET after a 403 (core/remotes/docker/resolver.go, withGETErrorBody). The token
 * that is held already is sent for it, or the password that Basic got past its 401 with; one that was rejected, by Basic or
 * by the token server, is not sent again, because accounts get locked (C7).
 */
export function* confirmRefusal(refused: RefusedReply): Dialogue<Refusal> {
  const { at, response, exchange, presentedPassword, acceptedLogin } = refused;
  const { status, borrowed = false } = response;
  const seen = { kind: 'refused', at, status, presentedPassword, acceptedLogin, borrowed } as const;
  if (isRejectedPassword(refused)) return { ...seen, secondLook: 'not-taken', blamesAddress: blamesAddress(response) };
  const again = yield* ask({ ...exchange, method: 'GET', bodyLimit: errorLimit, secondLook: { notBeforeMs: 300 } });
  if (again.kind === 'failure') return { ...seen, secondLook: 'failed', blamesAddress: blamesAddress(response) };
  const secondLook = secondLookOf(again.status);
  const blames = blamesAddress(response) || (secondLook === 'refused-too' && blamesAddress(again));
  return { ...seen, secondLook, blamesAddress: blames };
}

function isRejectedPassword({ at, response, presentedPassword, acceptedLogin }: RefusedReply): boolean {
  if (!presentedPassword || acceptedLogin) return false;
  return at === 'token-server' || response.status === 401;
}

function secondLookOf(status: number): Refusal['secondLook'] {
  if (status === 401 || status === 403) return 'refused-too';
  return status >= 200 && status < 300 ? 'not-refused' : 'failed';
}
