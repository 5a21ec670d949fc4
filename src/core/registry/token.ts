/**
 * The request for a bearer token as containerd makes it (authorizer.go, doBearerAuth; auth/fetch.go): with a password first
 * the OAuth form by POST, and on statuses that mean "no such thing here" the older GET with Basic; without one the GET alone.
 */
import { encodeQuery } from '../go/query.ts';
import type { TokenQuestion } from './authorization.ts';
import type { Endpoint } from './endpoint.ts';
import {
  type Answer,
  ask,
  type Dialogue,
  type Exchange,
  type PresentedPassword,
  type Response,
  type SecondLook,
} from './exchange.ts';
import { basicAuthorization, hasPassword, type Login, presenting } from './login.ts';
import { withQuery } from './realm.ts';
import { readTokenReply, type TokenFlavour } from './token-reply.ts';

/** For whom the token is asked, and through whose client. */
export type TokenRequester = {
  readonly endpoint: Endpoint;
  readonly repository: string;
  readonly login: Login;
  readonly secondLook?: SecondLook;
};

export type TokenOutcome =
  /** `ageMs`: how long ago it was given, 0 for now. */
  | { readonly kind: 'token'; readonly authorization: string; readonly ageMs: number }
  /** The server answered, and gave none. `exchange` is what it answered to. */
  | { readonly kind: 'refused'; readonly response: Response; readonly exchange: Exchange; readonly error: string }
  /** 2xx, but no token in it. */
  | { readonly kind: 'unreadable'; readonly error: string }
  | { readonly kind: 'unanswered'; readonly answer: Answer & { readonly kind: 'failure' } };

/** A token is short, and so is what a server says instead. */
const bodyLimit = 64 * 1024;

export function* fetchToken(question: TokenQuestion, requester: TokenRequester): Dialogue<TokenOutcome> {
  if (!hasPassword(requester.login)) return yield* exchangeToken(getExchange(question, requester), 'distribution');
  const posted = yield* exchangeToken(postExchange(question, requester), 'oauth');
  if (posted.kind !== 'refused' || !fallsBackToGet(posted.response.status, requester.login)) return posted;
  return yield* exchangeToken(getExchange(question, requester), 'distribution');
}

/** GCR answered 404, Artifactory 401, ACR 400 to the POST, says containerd; 405 counts only where there is a user name. */
function fallsBackToGet(status: number, { username }: Login): boolean {
  return status === 400 || status === 401 || status === 404 || (status === 405 && username.length > 0);
}

function* exchangeToken(exchange: Exchange, flavour: TokenFlavour): Dialogue<TokenOutcome> {
  const answer = yield* ask(exchange);
  if (answer.kind === 'failure') return { kind: 'unanswered', answer };
  if (answer.status < 200 || answer.status >= 400)
    return {
      kind: 'refused',
      response: answer,
      exchange,
      error: `unexpected status from ${exchange.method} request: ${answer.status}`,
    };
  const reply = readTokenReply(answer.body, flavour);
  return reply.ok
    ? { kind: 'token', authorization: `Bearer ${reply.token}`, ageMs: answer.ageMs }
    : { kind: 'unreadable', error: reply.error };
}

function postExchange({ realm, service, scopes }: TokenQuestion, requester: TokenRequester): Exchange {
  const { username, password } = requester.login;
  const grant: readonly (readonly [string, string | Uint8Array])[] =
    username.length === 0
      ? [
          ['grant_type', 'refresh_token'],
          ['refresh_token', password],
        ]
      : [
          ['grant_type', 'password'],
          ['username', username],
          ['password', password],
        ];
  const scope: readonly (readonly [string, string])[] = [['scope', scopes.join(' ')]];
  return {
    ...tokenExchange(requester, realm.url, 'repository'),
    method: 'POST',
    url: realm.url,
    headers: { ...tokenHeaders(requester), 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: encodeQuery([...scope, ['service', service], ['client_id', 'containerd-client'], ...grant]),
  };
}

/** Whether the server knows the login, whatever for: no scope, as `docker login` asks. */
export function* checkToken(question: TokenQuestion, requester: TokenRequester): Dialogue<Answer> {
  return yield* ask(getExchange({ ...question, scopes: [] }, requester, 'login'));
}

function getExchange(
  { realm, service, scopes }: TokenQuestion,
  requester: TokenRequester,
  asks: PresentedPassword['asks'] = 'repository',
): Exchange {
  const pairs: readonly (readonly [string, string])[] = [
    ...(service === '' ? [] : [['service', service] as const]),
    ...scopes.map((scope) => ['scope', scope] as const),
  ];
  const authorization = hasPassword(requester.login) ? { authorization: basicAuthorization(requester.login) } : {};
  return {
    ...tokenExchange(requester, realm.url, asks),
    method: 'GET',
    url: pairs.length === 0 ? realm.url : withQuery(realm, pairs),
    headers: { ...tokenHeaders(requester), ...authorization },
  };
}

function tokenExchange(
  { endpoint, repository, login, secondLook }: TokenRequester,
  realm: string,
  asks: PresentedPassword['asks'],
) {
  return {
    purpose: 'token' as const,
    endpoint,
    repository,
    bodyLimit,
    ...(secondLook && { secondLook }),
    ...(hasPassword(login) && {
      loginKey: basicAuthorization(login),
      presentsPassword: presenting(login, realm, asks),
    }),
  };
}

function tokenHeaders({ endpoint }: TokenRequester): Record<string, string> {
  return Object.fromEntries(endpoint.tokenHeaders.map(([name, values]) => [name.toLowerCase(), values.join(', ')]));
}
