/**
 * What an origin as a whole has said, for whatever is asked of it next: too many requests, no such name, no connection.
 * And where nothing but trouble came back for a while it is left alone, and then asked by one request only.
 */
import { LRUCache } from 'lru-cache';
import type { Answer, Exchange } from '../../core/registry/exchange.ts';
import { isTrouble, originLifetimeMsOf, trouble } from '../../core/registry/freshness.ts';
import type { Keys } from './keys.ts';
import { parseUrl } from './place.ts';
import type { Clock, Send } from './send.ts';

type Said = {
  readonly answer: Answer;
  readonly heardAtMs: number;
  readonly untilMs: number;
  /** Stands for as long as it is meant to, whatever age the caller permits. */
  readonly isPause: boolean;
};
type OriginState = { said: Said | undefined; troublesInARow: number; isProbed: boolean };

export function heedingOrigins(inner: Send, keys: Keys, clock: Clock): Send {
  const states = new LRUCache<string, OriginState>({ max: 5000 });

  return async (exchange, terms) => {
    const state = stateOf(exchange);
    const { said } = state;
    if (said !== undefined && stands(said, state, terms.maxAgeMs, clock.nowMs()))
      return { ...said.answer, ageMs: clock.nowMs() - said.heardAtMs };
    const isProbe = isInTrouble(state);
    state.isProbed ||= isProbe;
    const answer = await inner(exchange, terms);
    if (isProbe) state.isProbed = false;
    learn(state, answer);
    return answer;
  };

  function stateOf(exchange: Exchange): OriginState {
    const key = `${parseUrl(exchange.url)?.origin ?? ''} ${keys.ofTls(exchange.endpoint.tls)}`;
    const state = states.get(key) ?? { said: undefined, troublesInARow: 0, isProbed: false };
    states.set(key, state);
    return state;
  }

  function learn(state: OriginState, answer: Answer): void {
    if (answer.kind === 'failure' && answer.cause === 'deadline') return;
    state.troublesInARow = isTrouble(answer) ? state.troublesInARow + 1 : 0;
    // Somebody who had asked before the trouble has a good answer: it is over.
    if (state.said !== undefined && isTrouble(state.said.answer) && !isTrouble(answer)) state.said = undefined;
    const lifetimeMs = Math.max(originLifetimeMsOf(answer), isInTrouble(state) ? trouble.pauseMs : 0);
    if (lifetimeMs === 0) return;
    const heardAtMs = clock.nowMs();
    state.said = {
      answer,
      heardAtMs,
      untilMs: heardAtMs + lifetimeMs,
      isPause: isInTrouble(state) || answer.kind === 'response',
    };
  }
}

function stands(said: Said, state: OriginState, maxAgeMs: number, nowMs: number): boolean {
  if (nowMs >= said.untilMs) return isInTrouble(state) && state.isProbed;
  return said.isPause || nowMs - said.heardAtMs <= maxAgeMs;
}

function isInTrouble({ troublesInARow }: OriginState): boolean {
  return troublesInARow >= trouble.inARow;
}
