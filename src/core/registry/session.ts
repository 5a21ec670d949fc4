/**
 * The talk of one pull with one endpoint: what is asked, and how its challenges are met. As in containerd it begins without
 * authorization, and keeps what it was given to the end (core/remotes/docker/resolver.go, doWithRetries; authorizer.go).
 */
import type { RateLimit, TokenObjection } from '../evidence/evidence.ts';
import { decodeGoUtf8 } from '../go/utf8.ts';
import type { DigestAlgorithm } from '../image/digest.ts';
import { answerChallenges, basicAuthorization, type TokenQuestion } from './authorization.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { Endpoint } from './endpoint.ts';
import { ask, type Dialogue, type Exchange, type Failure, type FailureCause, type Response } from './exchange.ts';
import { hasPassword, type Login } from './login.ts';
import type { Realm } from './realm.ts';
import { manifestLimit, type Request, urlOf } from './request.ts';
import { fetchToken } from './token.ts';

export type SessionSettings = {
  readonly endpoint: Endpoint;
  readonly repository: string;
  readonly login: Login;
  /** Why a token server is not asked with this login, or not at all (quality.md S7). */
  readonly tokenObjection: (realm: Realm, withPassword: boolean) => TokenObjection | undefined;
};

export type Reply =
  /** Any status that is no refusal. `method` is GET where HEAD was not allowed. */
  | { readonly kind: 'response'; readonly response: Response; readonly method: 'HEAD' | 'GET' }
  | RefusedReply
  | { readonly kind: 'refused-outright'; readonly status: number }
  | { readonly kind: 'unanswered'; readonly cause: FailureCause; readonly rateLimit?: RateLimit }
  | { readonly kind: 'throttled'; readonly response: Response }
  | { readonly kind: 'foreign-token-server'; readonly tokenServer: string; readonly objection: TokenObjection }
  | { readonly kind: 'useless'; readonly what: 'token-reply' | 'unusable-challenge' }
  | { readonly kind: 'useless-status'; readonly status: number }
  /** The endpoint is none that could be dialled. */
  | { readonly kind: 'no-address' };

export type RefusedReply = {
  readonly kind: 'refused';
  readonly at: 'registry' | 'token-server';
  readonly response: Response;
  /** What was refused. */
  readonly exchange: Exchange;
  readonly presentedPassword: boolean;
  readonly acceptedLogin: boolean;
};

export type Look = { readonly secondLook?: true; readonly digestAlgorithm?: DigestAlgorithm };

/** How long a registry that said no is left alone before it is asked once more (contract §3, C1). */
const secondLookAfterMs = 300;

/** containerd gives up after five requests (resolver.go, maxAttempts). */
const maxAttempts = 5;

export class Session {
  readonly settings: SessionSettings;
  #authorization: Authorization | undefined;
  #challenges: readonly Challenge[] = [];

  constructor(settings: SessionSettings) {
    this.settings = settings;
  }

  /** What the endpoint asked for first; empty where it never asked. */
  get challenges(): readonly Challenge[] {
    return this.#challenges;
  }

  *request(request: Request, look: Look = {}): Dialogue<Reply> {
    const { endpoint, repository } = this.settings;
    let method = request.method;
    let lastMethod: typeof method | undefined;
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      // A GET in place of a HEAD brings a body that containerd does not look at; an error text is in it.
      const asked = method === request.method ? request : { ...request, method, bodyLimit: manifestLimit + 1 };
      const url = urlOf(endpoint, repository, asked);
      if (url === undefined) return { kind: 'no-address' };
      const exchange = this.#exchange(asked, url, look);
      const answer = yield* ask(exchange);
      if (answer.kind === 'failure') return unanswered(answer);
      const isRepeated = method === lastMethod;
      lastMethod = method;
      if (answer.status === 401) {
        // Only the very same request is one that was repeated (authorizer.go, sameRequest).
        const end = yield* this.#meetChallenge(answer, exchange, isRepeated);
        if (end !== undefined) return end;
      } else if (answer.status === 405 && method === 'HEAD' && request.segments[0] === 'manifests') {
        method = 'GET';
      } else return this.#reply(answer, exchange, method);
    }
    return { kind: 'useless-status', status: 401 };
  }

  #reply(response: Response, exchange: Exchange, method: 'HEAD' | 'GET'): Reply {
    const { status } = response;
    // containerd repeats 408 and 429 at once, and gives up; neither says anything about the image.
    if (status === 429 || status === 408) return { kind: 'throttled', response };
    if (status !== 403) return { kind: 'response', response, method };
    return this.#challenges.length > 0
      ? this.#refused('registry', response, exchange)
      : { kind: 'refused-outright', status };
  }

  /** Undefined: the request can be repeated, with more authorization than before. */
  *#meetChallenge(response: Response, exchange: Exchange, again: boolean): Dialogue<Reply | undefined> {
    const challenges = parseChallenges(response.headers.get('www-authenticate') ?? []);
    if (this.#challenges.length === 0) this.#challenges = challenges;
    const { login, repository } = this.settings;
    const answer = answerChallenges({ challenges, login, ownScope: `repository:${repository}:pull`, again });
    switch (answer.kind) {
      case 'unsupported':
        return { kind: 'refused-outright', status: response.status };
      case 'fails':
        return answer.why === 'unusable-challenge'
          ? { kind: 'useless', what: 'unusable-challenge' }
          : this.#refused('registry', response, exchange);
      case 'basic':
        if (this.#authorization !== undefined) return this.#refused('registry', response, exchange);
        this.#authorization = { header: answer.authorization, presentsPassword: true, isToken: false };
        return undefined;
      case 'token':
        if (this.#authorization !== undefined) return this.#refused('registry', response, exchange);
        return yield* this.#askToken(answer.question);
    }
  }

  *#askToken(question: TokenQuestion): Dialogue<Reply | undefined> {
    const { tokenObjection, ...requester } = this.settings;
    const presentsPassword = hasPassword(requester.login);
    const objection = tokenObjection(question.realm, presentsPassword);
    if (objection !== undefined) return { kind: 'foreign-token-server', tokenServer: question.realm.host, objection };
    const outcome = yield* fetchToken(question, requester);
    switch (outcome.kind) {
      case 'token':
        this.#authorization = { header: outcome.authorization, presentsPassword, isToken: true };
        return undefined;
      case 'unreadable':
        return { kind: 'useless', what: 'token-reply' };
      case 'unanswered':
        return unanswered(outcome.answer);
      case 'refused':
        return tokenRefused(outcome.response, outcome.exchange, presentsPassword);
    }
  }

  #refused(at: RefusedReply['at'], response: Response, exchange: Exchange): RefusedReply {
    const presentedPassword = this.#authorization?.presentsPassword ?? false;
    const acceptedLogin = presentedPassword && this.#authorization?.isToken === true;
    return { kind: 'refused', at, response, exchange, presentedPassword, acceptedLogin };
  }

  #exchange(request: Request, url: string, { secondLook, digestAlgorithm }: Look): Exchange {
    const { endpoint, repository, login } = this.settings;
    const { purpose, method, accept, bodyLimit, isImmutable, isDispensable } = request;
    const authorization = this.#authorization;
    const presentsBasic = authorization?.presentsPassword === true && !authorization.isToken;
    return {
      purpose,
      endpoint,
      repository,
      method,
      url,
      headers: {
        accept,
        ...Object.fromEntries(endpoint.headers.map(([name, values]) => [name.toLowerCase(), values.join(', ')])),
        ...(authorization && { authorization: authorization.header }),
      },
      bodyLimit,
      ...(isImmutable && { isImmutable }),
      ...(isDispensable && { isDispensable }),
      ...(hasPassword(login) && { loginKey: basicAuthorization(login) }),
      ...(digestAlgorithm && { digestAlgorithm }),
      ...(secondLook && { secondLook: { notBeforeMs: secondLookAfterMs } }),
      ...(presentsBasic &&
        hasPassword(login) && { presentsPassword: { credentialKey: authorization.header, to: url } }),
    };
  }
}

function unanswered({ cause, rateLimit }: Failure): Reply {
  return { kind: 'unanswered', cause, ...(rateLimit && { rateLimit }) };
}

type Authorization = { readonly header: string; readonly presentsPassword: boolean; readonly isToken: boolean };

/** 401 and 403 refuse, 429 throttles; of every other status nothing follows. */
function tokenRefused(response: Response, exchange: Exchange, presentedPassword: boolean): Reply {
  const { status } = response;
  if (status === 429 || status === 408) return { kind: 'throttled', response };
  if (status !== 401 && status !== 403) return { kind: 'useless-status', status };
  return { kind: 'refused', at: 'token-server', response, exchange, presentedPassword, acceptedLogin: false };
}

/** A web page, or a text that names the asker's address: Azure's `client with IP … is not allowed access`, firewalls. */
export function blamesAddress({ headers, body }: Response): boolean {
  const type = headers.get('content-type')?.[0] ?? '';
  const text = decodeGoUtf8(body.subarray(0, 8 * 1024));
  return (
    /^text\/html\b/i.test(type) ||
    /^\s*</.test(text) ||
    /client with ip|firewall|\bip address\b|allow(?:ed)? ?list/i.test(text)
  );
}
