/**
 * Whether a login that was refused for a repository is a bad one, or lacks the right. As `docker login` finds it out: from the
 * token server without a scope, from a registry with Basic at `/v2/` (contract §3, C7).
 */

import type { TokenQuestion } from './authorization.ts';
import { rootUrlOf } from './endpoint.ts';
import { blamesAddress } from './error-document.ts';
import { type Answer, ask, type Dialogue } from './exchange.ts';
import { basicAuthorization, presenting } from './login.ts';
import { checkToken, type TokenRequester } from './token.ts';

/** `unclear`: neither taken nor refused, or our address is to blame. */
export type LoginCheck = 'refused' | 'accepted' | 'unclear';

/** `question`: what the token server was asked that refused; absent for Basic. */
export function* checkLogin(
  { endpoint, repository, login }: TokenRequester,
  question: TokenQuestion | undefined,
): Dialogue<LoginCheck> {
  const asker = { endpoint, repository, login };
  return checkOf(yield* question === undefined ? checkBasic(asker) : checkToken(question, asker));
}

function* checkBasic({ endpoint, repository, login }: TokenRequester): Dialogue<Answer> {
  const url = rootUrlOf(endpoint);
  if (url === undefined) return { kind: 'failure', cause: 'connection', ageMs: 0 };
  return yield* ask({
    purpose: 'login',
    endpoint,
    repository,
    method: 'GET',
    url,
    headers: {
      ...Object.fromEntries(endpoint.headers.map(([name, values]) => [name.toLowerCase(), values.join(', ')])),
      authorization: basicAuthorization(login),
    },
    bodyLimit: 8 * 1024,
    presentsPassword: presenting(login, url, 'login'),
  });
}

export function checkOf(answer: Answer): LoginCheck {
  if (answer.kind === 'failure' || blamesAddress(answer)) return 'unclear';
  if (answer.status === 401 || answer.status === 403) return 'refused';
  return answer.status >= 200 && answer.status < 300 ? 'accepted' : 'unclear';
}
