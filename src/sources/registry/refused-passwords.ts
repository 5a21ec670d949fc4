/**
 * Passwords are sent with care, because accounts get locked (contract §3, C7). One that is refused for itself is not sent again,
 * whatever for. As long as nothing is known of a password it is presented for one repository at a time, and of one user only
 * so many may be refused.
 */
import { LRUCache } from 'lru-cache';
import type { Answer, Exchange, PresentedPassword, Response } from '../../core/registry/exchange.ts';
import { checkedPasswordLifetimeMs, mostRefusedPasswords } from '../../core/registry/freshness.ts';
import { checkOf, type LoginCheck } from '../../core/registry/login-check.ts';
import { atMost } from './at-most.ts';
import type { Keys } from './keys.ts';
import type { NoteLookup } from './observe.ts';
import { type Clock, failedBy, type Send, untilAborted } from './send.ts';

type Verdict = { readonly check: LoginCheck; readonly response: Response; readonly heardAtMs: number };

/** From the first request with a password to the answer that tells of it. Requests for the same repository belong to it. */
type Talk = { readonly owner: string; readonly over: Promise<void>; readonly end: () => void };

export function guardingPasswords(inner: Send, keys: Keys, clock: Clock, note: NoteLookup = () => {}): Send {
  const verdicts = new LRUCache<string, Verdict>(atMost(10_000));
  const refusedAtMs = new LRUCache<string, readonly number[]>(atMost(10_000));
  const talks = new Map<string, Talk>();

  return async (exchange, terms) => {
    const presented = exchange.presentsPassword;
    if (presented === undefined) return inner(exchange, terms);
    const password = keys.ofPassword(presented);
    const owner = `${exchange.endpoint.host} ${exchange.repository}`;
    let hasWaited = false;
    while (!terms.signal.aborted) {
      const verdict = verdictOn(password);
      if (verdict?.check === 'refused') {
        note(hasWaited ? 'shared' : 'hit');
        return { ...verdict.response, ageMs: clock.nowMs() - verdict.heardAtMs };
      }
      const talk = talks.get(password);
      if (talk !== undefined && talk.owner !== owner) {
        await untilAborted(talk.over, terms.signal);
        hasWaited = true;
        continue;
      }
      if (
        talk === undefined &&
        verdict?.check !== 'accepted' &&
        recentRefusals(presented).length >= mostRefusedPasswords
      )
        return failedBy('password-limit');
      if (talk === undefined && verdict === undefined) begin(password, owner);
      const answer = await inner(exchange, hasWaited ? { ...terms, hasWaited } : terms);
      learn(exchange, presented, password, answer);
      return answer;
    }
    if (talks.get(password)?.owner === owner) end(password);
    return failedBy('deadline');
  };

  function verdictOn(password: string): Verdict | undefined {
    const verdict = verdicts.get(password);
    return verdict && clock.nowMs() - verdict.heardAtMs < checkedPasswordLifetimeMs ? verdict : undefined;
  }

  function recentRefusals(presented: PresentedPassword): readonly number[] {
    const sinceMs = clock.nowMs() - checkedPasswordLifetimeMs;
    return (refusedAtMs.get(keys.ofUser(presented)) ?? []).filter((atMs) => atMs > sinceMs);
  }

  function begin(password: string, owner: string): void {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    talks.set(password, { owner, over, end: resolve });
  }

  function end(password: string): void {
    talks.get(password)?.end();
    talks.delete(password);
  }

  function learn(exchange: Exchange, presented: PresentedPassword, password: string, answer: Answer): void {
    if (answer.kind === 'response' && presented.asks === 'login') {
      const check = checkOf(answer);
      if (check !== 'accepted' && answer.ageMs === 0)
        refusedAtMs.set(keys.ofUser(presented), [...recentRefusals(presented), clock.nowMs()]);
      verdicts.set(password, { check, response: answer, heardAtMs: clock.nowMs() - answer.ageMs });
    } else if (answer.kind === 'response') {
      if (isFollowed(exchange, answer)) return;
      if (isTaken(exchange, answer))
        verdicts.set(password, { check: 'accepted', response: answer, heardAtMs: clock.nowMs() - answer.ageMs });
    }
    end(password);
  }
}

/** The form by POST is followed by Basic (auth/fetch.go), and a refusal by a check of the login itself. */
function isFollowed({ purpose, method }: Exchange, { status }: Response): boolean {
  if (purpose !== 'token') return status === 401;
  return (
    status === 401 || status === 403 || (method === 'POST' && (status === 400 || status === 404 || status === 405))
  );
}

/** A registry with Basic says what it likes to whoever is let in. */
function isTaken({ purpose }: Exchange, { status }: Response): boolean {
  return (status >= 200 && status < 300) || (purpose !== 'token' && (status === 403 || status === 404));
}
