/** How long what was heard from a registry may be said again without asking (quality.md §5, contract §3 C7 and C16). */
import { type GoJson, membersNamed, parseGoJson } from '../go/json.ts';
import { decodeGoUtf8 } from '../go/utf8.ts';
import { type Digest, parseDigest } from '../image/digest.ts';
import type { Answer, Exchange, FailureCause, Response } from './exchange.ts';
import { retryAfterMsOf } from './rate-limit.ts';

const second = 1000;
const minute = 60 * second;

/** A challenge, for every request of its repository. */
export const challengeLifetimeMs = 5 * minute;
/** That a registry has what a digest names. The bytes cannot change. */
export const presenceLifetimeMs = 5 * minute;
/** What became of a password by itself, because accounts get locked. */
export const checkedPasswordLifetimeMs = 5 * minute;
/** So many passwords of one user may be refused within that time before no other one is sent. */
export const mostRefusedPasswords = 10;

/**
 * For the same request; 0 for what is not remembered: 429, which speaks for more than one request, and what we did not ask.
 * @param chance from 0 to 1, so that what was heard at the same time is not forgotten at the same time
 */
export function lifetimeMsOf(exchange: Exchange, answer: Answer, chance: number): number {
  if (answer.kind === 'failure') return isOurs(answer.cause) ? 0 : 5 * second;
  if (answer.status === 429) return 0;
  if (answer.status < 200 || answer.status > 299 || answer.bodyIncomplete) return 5 * second;
  switch (exchange.purpose) {
    case 'token':
      return tokenLifetimeMsOf(answer);
    case 'manifest':
    case 'blob':
    case 'tags':
    case 'login':
      if (digestIn(exchange.url) === undefined) return minute * (0.9 + 0.2 * chance);
      return presenceLifetimeMs;
  }
}

/** Why we did not ask, which says nothing of the registry. */
function isOurs(cause: FailureCause): boolean {
  return cause === 'deadline' || cause === 'spared' || cause === 'password-limit';
}

/** How long an answer stands for everything that would be asked of the same origin; 0 if it does not. */
export function originLifetimeMsOf(answer: Answer): number {
  if (answer.kind === 'response')
    return answer.status === 429 ? Math.min(Math.max(retryAfterMsOf(answer) ?? 10 * second, second), 15 * minute) : 0;
  switch (answer.cause) {
    case 'dns':
    case 'connection':
    case 'tls':
    case 'plain-http':
    case 'proxy':
    case 'refused-address':
    case 'refused-port':
      return 5 * second;
    // Some requests take long where others do not.
    case 'timeout':
    case 'deadline':
    case 'spared':
    case 'password-limit':
    case 'unacceptable-answer':
    // Another registry may lead there, and a reference may name it.
    case 'foreign-address':
    case 'unlisted-host':
      return 0;
  }
}

/** After so many troubled answers in a row an origin is left alone for a while, and then asked once. */
export const trouble = { inARow: 5, pauseMs: 10 * second };

/** The answer speaks of the state of the registry, and not of what was asked, or of us. */
export function isTrouble(answer: Answer): boolean {
  if (answer.kind === 'response') return answer.status >= 500;
  switch (answer.cause) {
    case 'dns':
    case 'connection':
    case 'tls':
    case 'plain-http':
    case 'timeout':
    case 'proxy':
      return true;
    case 'deadline':
    case 'spared':
    case 'password-limit':
    case 'refused-address':
    case 'refused-port':
    case 'foreign-address':
    case 'unlisted-host':
    case 'unacceptable-answer':
      return false;
  }
}

/** The texts of the tokens in a token answer: `token`, `access_token`, or both. */
export function tokensIn(body: Uint8Array): readonly string[] {
  return ['token', 'access_token'].flatMap((name) => {
    const token = memberOf(body, name);
    return token?.kind === 'string' ? [token.value] : [];
  });
}

/** Less a margin, within which the token is still on its way. */
function tokenLifetimeMsOf(response: Response): number {
  const lifetimeMs = expiresInSecondsOf(response.body) * second;
  return Math.min(Math.max(lifetimeMs - Math.max(lifetimeMs / 10, 5 * second), 0), 5 * minute);
}

/** `expires_in` of a token answer, 60 where there is none (distribution's token specification). */
function expiresInSecondsOf(body: Uint8Array): number {
  const said = memberOf(body, 'expires_in');
  const seconds = said?.kind === 'number' ? Number(said.text) : 0;
  return seconds > 0 ? Math.min(seconds, 86_400) : 60;
}

function memberOf(body: Uint8Array, name: string): GoJson | undefined {
  const parsed = parseGoJson(decodeGoUtf8(body));
  return parsed.ok && parsed.value.kind === 'object' ? membersNamed(parsed.value, name).at(-1) : undefined;
}

/** The digest that a URL ends with: what is asked for by a tag may be something else at any time. */
export function digestIn(url: string): Digest | undefined {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  const named = parseDigest(path.slice(path.lastIndexOf('/') + 1).replace(/%3A/i, ':'));
  return named.ok ? named.digest : undefined;
}
