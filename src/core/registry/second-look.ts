/** A registry that says no is asked once more before anything is made of it (contract §3, C1 and C4). */
import type { Absence, Refusal, TagsSeen } from '../evidence/evidence.ts';
import { membersNamed, parseGoJson } from '../go/json.ts';
import { decodeGoUtf8 } from '../go/utf8.ts';
import { blamesAddress, errorCodesOf, saysAbsent } from './error-document.ts';
import type { Dialogue, Response } from './exchange.ts';
import { type Request, tagsRequest } from './request.ts';
import type { Answered, RefusedReply, Reply, Session } from './session.ts';

/** What a 404 to HEAD means, or the answer to a third look that found the manifest after all. Of a missing tag its neighbours are listed. */
export function* confirmAbsence(
  session: Session,
  head: Request,
  { exchange }: Answered,
  tag: string | undefined,
): Dialogue<Absence | Answered> {
  const look = { again: exchange };
  const { wasChallenged } = session;
  const requestAsBefore = session.asNow();
  let registryMessage: string | undefined;
  const absence = (secondLook: Absence['secondLook'], tags = notListed): Absence => {
    const { product } = session;
    const said = registryMessage === undefined ? {} : { registryMessage };
    return { kind: 'absent', secondLook, tags, wasChallenged, ...(product && { product }), ...said };
  };
  const second = yield* session.request({ ...head, method: 'GET', bodyLimit: errorLimit }, look);
  if (second.kind !== 'response') return absence(failureOf(second));
  const { status, body } = second.response;
  registryMessage = session.messageIn(second.response);
  if (status === 404) {
    if (!saysAbsent(errorCodesOf(body))) return absence('no-registry-answer');
    // A digest has no neighbours, but who is shown a list may see the repository.
    const isListed = tag !== undefined || wasChallenged;
    return absence('absent-too', isListed ? yield* listTags(session, tag) : notListed);
  }
  if (status > 299) return absence('failed');
  // Nodes send it with no more than the first one had: a challenge to GET is not for them.
  const third = yield* requestAsBefore(head, look);
  if (third.kind !== 'response') return absence(failureOf(third));
  if (third.response.status === 404) return absence('absent-for-head-only');
  return third.response.status > 299 ? absence('failed') : third;
}

function failureOf(reply: Exclude<Reply, { kind: 'response' }>): Absence['secondLook'] {
  // containerd repeats a 408 as it does a 429, but it says nothing of a limit.
  if (reply.kind === 'throttled' && reply.response.status === 429) return 'throttled';
  return reply.kind === 'unanswered' && reply.cause === 'deadline' ? 'out-of-time' : 'failed';
}

const notListed: TagsSeen = { kind: 'not-listed' };

/** Of a text that says why something was refused no more is read. */
const errorLimit = 8 * 1024;

/** Pages are not followed: a `Link` is the registry's word on where to go with our credentials. */
function* listTags(session: Session, tag: string | undefined): Dialogue<TagsSeen> {
  const reply = yield* session.request(tagsRequest());
  if (reply.kind !== 'response') return notListed;
  const { status, body, bodyIncomplete, headers } = reply.response;
  if (status === 404) return saysAbsent(errorCodesOf(body)) ? { kind: 'repository-absent' } : notListed;
  const tags = status === 200 && !bodyIncomplete ? tagsIn(body) : undefined;
  // An empty list is what some registries show to clients that may not see the repository.
  return tags === undefined || tags.length === 0
    ? notListed
    : { kind: 'listed', tags, isComplete: !headers.has('link'), hasTag: tag !== undefined && tags.includes(tag) };
}

/** A megabyte of them would hold the event loop for long. */
const mostTags = 120_000;

function tagsIn(body: Uint8Array): readonly string[] | undefined {
  const parsed = parseGoJson(decodeGoUtf8(body), mostTags);
  if (!parsed.ok || parsed.value.kind !== 'object') return undefined;
  const tags = membersNamed(parsed.value, 'tags').at(-1);
  return tags?.kind === 'array' ? tags.items.flatMap((tag) => (tag.kind === 'string' ? [tag.value] : [])) : undefined;
}

/**
 * What a refusal after a challenge means, or the answer of a registry that takes back what it said. It counts once the whole
 * dialogue is repeated over a new connection and refused again. It ends with a GET, whose answer may say why: HEAD has no
 * text, so that containerd, too, asks by GET after a 403 (core/remotes/docker/resolver.go, withGETErrorBody). A login that
 * was refused is checked by itself first: one that is refused there, too, is not sent again, because accounts get locked (C7).
 */
export function* confirmRefusal(session: Session, head: Request, refused: RefusedReply): Dialogue<Refusal | Answered> {
  const { at, response, exchange, presentedPassword, acceptedLogin, login } = refused;
  const seen = { kind: 'refused', at, status: response.status, presentedPassword, acceptedLogin } as const;
  if (login === 'refused')
    return {
      ...seen,
      secondLook: 'not-taken',
      blamesAddress: blamesAddress(response),
      ...messageOf(session, response),
    };
  const look = { again: exchange };
  session.startOver();
  const again = yield* session.request({ ...head, method: 'GET', bodyLimit: errorLimit }, look);
  const secondLook = secondLookOf(again);
  if (secondLook === 'not-refused') {
    // Nodes decide on HEAD.
    const third = yield* session.request(head, look);
    if (third.kind === 'response' && third.response.status < 300) return third;
  }
  const blames = again.kind === 'refused' && blamesAddress(again.response);
  const said = messageOf(session, again.kind === 'refused' ? again.response : response);
  return { ...seen, secondLook, blamesAddress: blamesAddress(response) || blames, ...said };
}

function messageOf(session: Session, response: Response): Pick<Refusal, 'registryMessage'> {
  const registryMessage = session.messageIn(response);
  return registryMessage === undefined ? {} : { registryMessage };
}

function secondLookOf(again: Reply): Refusal['secondLook'] {
  if (again.kind === 'refused') return again.isForeignToken ? 'failed' : 'refused-too';
  return again.kind === 'response' && again.response.status < 300 ? 'not-refused' : 'failed';
}
