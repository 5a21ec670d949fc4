/**
 * How containerd answers a 401 (core/remotes/docker/authorizer.go, AddResponses): nothing is sent before a registry asks
 * for it, Bearer goes before Basic, and a Bearer challenge that cannot be used is final even where Basic is offered, too.
 */
import type { Challenge } from './challenge.ts';
import { basicAuthorization, type Login } from './login.ts';
import { parseRealm, type Realm } from './realm.ts';

export type ChallengeAnswer =
  | { readonly kind: 'basic'; readonly authorization: string }
  | { readonly kind: 'token'; readonly question: TokenQuestion }
  /** The pull fails with this error. */
  | {
      readonly kind: 'fails';
      readonly why: 'no-basic-credentials' | 'server-message' | 'unusable-challenge';
      readonly error: string;
    }
  /** Nothing that containerd knows was asked for: the 401 stands. */
  | { readonly kind: 'unsupported' };

/** What a token is asked for. Scopes are sorted, each once. */
export type TokenQuestion = { readonly realm: Realm; readonly service: string; readonly scopes: readonly string[] };

export type Asked = {
  readonly challenges: readonly Challenge[];
  readonly login: Login;
  /** `repository:team/app:pull`: what is asked for whatever the challenge says. */
  readonly ownScope: string;
  /** The same request was repeated once after a challenge already, and refused again. */
  readonly again: boolean;
};

export function answerChallenges({ challenges, login, ownScope, again }: Asked): ChallengeAnswer {
  const first = challenges.find(({ scheme }) => scheme !== 'digest');
  if (first === undefined) return { kind: 'unsupported' };
  return first.scheme === 'bearer' ? answerBearer(first, ownScope, again) : answerBasic(login);
}

function answerBearer({ parameters }: Challenge, ownScope: string, again: boolean): ChallengeAnswer {
  const message = parameters.get('error') ?? '';
  if (message !== '' && again) return fails('server-message', `server message: ${message}: authorization failed`);
  const written = parameters.get('realm');
  if (written === undefined) return fails('unusable-challenge', 'no realm specified for token auth challenge');
  const realm = parseRealm(written);
  if (!realm.ok) return fails('unusable-challenge', realm.error);
  // Split at every single blank: two in a row ask for the empty scope, as containerd does.
  const asked = parameters.get('scope')?.split(' ') ?? [];
  const scopes = [...new Set([ownScope, ...asked])].toSorted((one, other) => (one < other ? -1 : 1));
  return { kind: 'token', question: { realm: realm.realm, service: parameters.get('service') ?? '', scopes } };
}

function answerBasic(login: Login): ChallengeAnswer {
  if (login.username.length === 0 || login.password.length === 0)
    return fails('no-basic-credentials', 'authorization failed: no basic auth credentials');
  return { kind: 'basic', authorization: basicAuthorization(login) };
}

function fails(why: (ChallengeAnswer & { kind: 'fails' })['why'], error: string): ChallengeAnswer {
  return { kind: 'fails', why, error };
}
