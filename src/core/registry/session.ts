/**
 * The talk of one pull with one endpoint: what is asked, and how its challenges are met. As in containerd it begins without
 * authorization, and keeps what it was given to the end (core/remotes/docker/resolver.go, doWithRetries; authorizer.go).
 */
import type { ProxyProduct, Spared, TokenObjection } from '../evidence/evidence.ts';
import type { DigestAlgorithm } from '../image/digest.ts';
import { answerChallenges, type TokenQuestion } from './authorization.ts';
import { type Challenge, parseChallenges, saysInvalidToken } from './challenge.ts';
import { type Endpoint, rootUrlOf } from './endpoint.ts';
import { registryMessageIn } from './error-document.ts';
import { ask, type Dialogue, type Exchange, type Failure, type FailureCause, type Response } from './exchange.ts';
import { basicAuthorization, formsOf, hasPassword, type Login, presenting } from './login.ts';
import { checkLogin, type LoginCheck } from './login-check.ts';
import { proxyProductOf } from './product.ts';
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
  | Answered
  | RefusedReply
  | { readonly kind: 'refused-outright'; readonly status: number }
  | { readonly kind: 'unanswered'; readonly cause: FailureCause; readonly spared?: Spared }
  | { readonly kind: 'throttled'; readonly response: Response }
  | { readonly kind: 'foreign-token-server'; readonly tokenServer: string; readonly objection: TokenObjection }
  | { readonly kind: 'useless'; readonly what: 'token-reply' | 'unusable-challenge' }
  | { readonly kind: 'useless-status'; readonly status: number }
  /** The endpoint is none that could be dialled. */
  | { readonly kind: 'no-address' };

export type Answered = {
  readonly kind: 'response';
  readonly response: Response;
  readonly method: 'HEAD' | 'GET';
  readonly exchange: Exchange;
};

export type RefusedReply = {
  readonly kind: 'refused';
  readonly at: 'registry' | 'token-server';
  readonly response: Response;
  /** What was refused. */
  readonly exchange: Exchange;
  readonly presentedPassword: boolean;
  readonly acceptedLogin: boolean;
  /** Where a password was refused: what became of it by itself. */
  readonly login?: LoginCheck;
  /** The registry did not take the token as one of its own, which says nothing of what it is for. */
  readonly isForeignToken: boolean;
};

/** `again`: for a second look, what the first one asked last. */
export type Look = { readonly again?: Exchange; readonly digestAlgorithm?: DigestAlgorithm };

/** How long a registry that said no is left alone before it is asked once more (contract §3, C1). */
const secondLookAfterMs = 300;

/** containerd gives up after five requests (resolver.go, maxAttempts). */
const maxAttempts = 5;

type Authorization = {
  readonly header: string;
  readonly presentsPassword: boolean;
  /** Absent for a password. */
  readonly token?: {
    /** Kept from before: the registry may have forgotten it since, and a node would ask for a new one. */
    readonly isKept: boolean;
    /** The second look in which it was given. */
    readonly again: Exchange | undefined;
  };
};

export class Session {
  readonly settings: SessionSettings;
  #authorization: Authorization | undefined;
  #challenges: readonly Challenge[] = [];
  #product: ProxyProduct | undefined;
  /** Authorization that was sent. */
  readonly #given: string[] = [];
  /** What a token was asked for last. */
  #question: TokenQuestion | undefined;

  constructor(settings: SessionSettings) {
    this.settings = settings;
  }

  /** The endpoint has asked who we are. */
  get wasChallenged(): boolean {
    return this.#challenges.length > 0;
  }

  /** What the registry says about an answer of its own, without anything that was sent to it as a credential. */
  messageIn(response: Response): string | undefined {
    const { login, endpoint } = this.settings;
    const headers = [...endpoint.headers, ...endpoint.tokenHeaders].flatMap(([, values]) => values);
    const given = this.#given.map((header) => header.replace(/^\S+ /, ''));
    const sent = [...(hasPassword(login) ? formsOf(login) : []), ...headers, ...given];
    return registryMessageIn(response.body, sent);
  }

  /** What the endpoint is, as any of its answers told. */
  get product(): ProxyProduct | undefined {
    return this.#product;
  }

  /** The next request is as the first one, without authorization. */
  startOver(): void {
    this.#authorization = undefined;
  }

  /** A request with the authorization that there is now, and not with one that other requests brought since. */
  asNow(): (request: Request, look: Look) => Dialogue<Reply> {
    const authorization = this.#authorization;
    return (request, look) => {
      this.#authorization = authorization;
      return this.request(request, look);
    };
  }

  *request(request: Request, look: Look = {}): Dialogue<Reply> {
    const reply = yield* this.#converse(request, look);
    if (reply.kind !== 'refused' || !isRejectedPassword(reply)) return reply;
    const login = yield* checkLogin(this.settings, reply.at === 'registry' ? undefined : this.#question);
    return { ...reply, login, acceptedLogin: login === 'accepted' };
  }

  *#converse(request: Request, look: Look): Dialogue<Reply> {
    const { endpoint, repository } = this.settings;
    let method = request.method;
    let lastMethod: typeof method | undefined;
    let isRenewed = false;
    for (let attempt = 1; ; attempt += 1) {
      // A GET in place of a HEAD brings a body that containerd does not look at; an error text is in it.
      const asked = method === request.method ? request : { ...request, method, bodyLimit: manifestLimit + 1 };
      const url = urlOf(endpoint, repository, asked);
      if (url === undefined) return { kind: 'no-address' };
      const exchange = this.#exchange(asked, url, look, attempt);
      const answer = yield* ask(exchange);
      if (answer.kind === 'failure') return unanswered(answer);
      this.#product ??= proxyProductOf(repository, answer);
      // Only the very same request is one that was repeated (authorizer.go, sameRequest).
      const isRepeated = method === lastMethod;
      lastMethod = method;
      if (!isRenewed && this.#mayBeOutworn(answer, look)) {
        isRenewed = true;
        const end = yield* this.#renewToken(look);
        if (end !== undefined) return end;
      } else if (answer.status === 401) {
        const isLast = attempt >= maxAttempts;
        const end = yield* this.#meetChallenge(answer, exchange, look, { isRepeated, isLast });
        if (end !== undefined) return end;
      } else if (answer.status === 405 && method === 'HEAD' && request.segments[0] === 'manifests') {
        method = 'GET';
      } else return this.#reply(answer, exchange, method);
    }
  }

  /** A token from before this request was refused, or stumbled over (400). */
  #mayBeOutworn({ status }: Response, { again }: Look): boolean {
    const token = this.#authorization?.token;
    if (token === undefined || (status !== 400 && status !== 401 && status !== 403)) return false;
    return token.isKept || token.again !== again;
  }

  *#renewToken(look: Look): Dialogue<Reply | undefined> {
    this.#authorization = undefined;
    return this.#question && (yield* this.#askToken(this.#question, look));
  }

  #reply(response: Response, exchange: Exchange, method: 'HEAD' | 'GET'): Reply {
    const { status } = response;
    // containerd repeats 408 and 429 at once, and gives up; neither says anything about the image.
    if (status === 429 || status === 408) return { kind: 'throttled', response };
    if (status !== 403) return { kind: 'response', response, method, exchange };
    // Nobody has asked who we are.
    return this.#authorization === undefined ? { kind: 'refused-outright', status } : this.#refused(response, exchange);
  }

  /** Undefined: the request can be repeated. */
  *#meetChallenge(
    response: Response,
    exchange: Exchange,
    look: Look,
    { isRepeated, isLast }: { readonly isRepeated: boolean; readonly isLast: boolean },
  ): Dialogue<Reply | undefined> {
    const challenges = parseChallenges(response.headers.get('www-authenticate') ?? []);
    if (this.#challenges.length === 0) this.#challenges = challenges;
    const { login, repository } = this.settings;
    const ownScope = `repository:${repository}:pull`;
    const answer = answerChallenges({ challenges, login, ownScope, again: isRepeated });
    switch (answer.kind) {
      case 'unsupported':
        return { kind: 'refused-outright', status: response.status };
      case 'fails':
        return answer.why === 'unusable-challenge'
          ? { kind: 'useless', what: 'unusable-challenge' }
          : this.#refused(response, exchange);
      case 'basic':
        if (this.#authorization !== undefined) return this.#refused(response, exchange);
        this.#authorization = { header: answer.authorization, presentsPassword: true };
        return undefined;
      case 'token':
        if (this.#authorization === undefined) return yield* this.#askToken(answer.question, look);
        // containerd repeats a 401 without `error` at once, with the token that it has (authorizer.go, invalidAuthorization).
        return look.again !== undefined && !isLast ? undefined : this.#refused(response, exchange);
    }
  }

  *#askToken(question: TokenQuestion, look: Look): Dialogue<Reply | undefined> {
    const { tokenObjection, ...requester } = this.settings;
    const presentsPassword = hasPassword(requester.login);
    const objection = tokenObjection(question.realm, presentsPassword);
    if (objection !== undefined) return { kind: 'foreign-token-server', tokenServer: question.realm.host, objection };
    this.#question = question;
    const outcome = yield* fetchToken(question, { ...requester, ...secondLookOf(look, 1) });
    switch (outcome.kind) {
      case 'token': {
        const token = { isKept: outcome.ageMs > 0, again: look.again };
        this.#authorization = { header: outcome.authorization, presentsPassword, token };
        this.#given.push(outcome.authorization);
        return undefined;
      }
      case 'unreadable':
        return { kind: 'useless', what: 'token-reply' };
      case 'unanswered': {
        const { cause } = outcome.answer;
        return cause === 'foreign-address' || cause === 'unlisted-host'
          ? { kind: 'foreign-token-server', tokenServer: question.realm.host, objection: cause }
          : unanswered(outcome.answer);
      }
      case 'refused':
        return tokenRefused(outcome.response, outcome.exchange, presentsPassword);
    }
  }

  #refused(response: Response, exchange: Exchange): RefusedReply {
    const { presentsPassword: presentedPassword = false, token } = this.#authorization ?? {};
    const acceptedLogin = presentedPassword && token !== undefined;
    const isForeignToken = token !== undefined && saysInvalidToken(response);
    return {
      kind: 'refused',
      at: 'registry',
      response,
      exchange,
      presentedPassword,
      acceptedLogin,
      isForeignToken,
    };
  }

  #exchange(request: Request, url: string, look: Look, attempt: number): Exchange {
    const { endpoint, repository, login } = this.settings;
    const { purpose, method, accept, bodyLimit, isImmutable, isSeenNow, isDispensable } = request;
    const { digestAlgorithm } = look;
    const authorization = this.#authorization;
    const presentsBasic = authorization?.presentsPassword === true && authorization.token === undefined;
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
      ...(isSeenNow && { isSeenNow }),
      ...(isDispensable && { isDispensable }),
      ...(hasPassword(login) && { loginKey: basicAuthorization(login) }),
      ...(digestAlgorithm && { digestAlgorithm }),
      ...secondLookOf(look, attempt),
      ...(presentsBasic && { presentsPassword: presenting(login, rootUrlOf(endpoint) ?? url, 'repository') }),
    };
  }
}

function secondLookOf({ again }: Look, attempt: number): Pick<Exchange, 'secondLook'> {
  return again === undefined ? {} : { secondLook: { notBeforeMs: secondLookAfterMs, after: again, attempt } };
}

function unanswered({ cause, spared }: Failure): Reply {
  return { kind: 'unanswered', cause, ...(spared && { spared }) };
}

/** 401 and 403 refuse, 429 throttles; of every other status nothing follows. */
function tokenRefused(response: Response, exchange: Exchange, presentedPassword: boolean): Reply {
  const { status } = response;
  if (status === 429 || status === 408) return { kind: 'throttled', response };
  if (status !== 401 && status !== 403) return { kind: 'useless-status', status };
  return {
    kind: 'refused',
    at: 'token-server',
    response,
    exchange,
    presentedPassword,
    acceptedLogin: false,
    isForeignToken: false,
  };
}

/** By the token server, or by a registry with Basic: no token was given for it. */
function isRejectedPassword({ at, response, presentedPassword, acceptedLogin }: RefusedReply): boolean {
  return presentedPassword && !acceptedLogin && (at === 'token-server' || response.status === 401);
}
