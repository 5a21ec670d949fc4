/**
 * What an origin has said, for whatever is asked of it next. That it cannot be reached is so for everybody. Too many requests,
 * errors and timeouts are an asker's own (contract §5): a registry, or who names it as a token server, must not be able to
 * silence another one. Where nothing but trouble came back for a while the origin is left alone, and then asked by one request.
 */
import { LRUCache } from 'lru-cache';
import type { Answer, Exchange, FailureCause } from '../../core/registry/exchange.ts';
import { isTrouble, originLifetimeMsOf, trouble } from '../../core/registry/freshness.ts';
import { countsAsPull } from '../../core/registry/rate-limit.ts';
import { atMost } from './at-most.ts';
import type { Keys } from './keys.ts';
import { parseUrl } from './place.ts';
import type { Clock, Send, Terms } from './send.ts';

type Said = {
  readonly answer: Answer;
  readonly heardAtMs: number;
  readonly untilMs: number;
  /** Stands for as long as it is meant to, whatever age the caller permits. */
  readonly isPause: boolean;
};
type OriginState = { said: Said | undefined; troublesInARow: number; isProbed: boolean };

export function heedingOrigins(inner: Send, keys: Keys, clock: Clock): Send {
  const states = new LRUCache<string, OriginState>(atMost(5000));

  return async (exchange, terms) => {
    const origin = `${parseUrl(exchange.url)?.origin ?? ''} ${keys.ofTls(exchange.endpoint.tls)}`;
    const shared = stateOf(origin);
    const own = stateOf(keys.ofAsker(askerAt(origin, exchange, terms), exchange.loginKey));
    for (const state of [shared, own]) {
      const { said } = state;
      if (said !== undefined && stands(said, state, terms.maxAgeMs, clock.nowMs()))
        return { ...said.answer, ageMs: clock.nowMs() - said.heardAtMs };
    }
    const probed = [shared, own].filter(isInTrouble);
    for (const state of probed) state.isProbed = true;
    const answer = await inner(exchange, terms);
    for (const state of probed) state.isProbed = false;
    if (answer.kind === 'failure' && saysNothing.has(answer.cause)) return answer;
    if (isUnreachable(answer)) learn(shared, answer);
    else {
      // Whatever was answered, it was reached.
      shared.troublesInARow = 0;
      shared.said = undefined;
      learn(own, answer);
    }
    return answer;
  };

  function stateOf(key: string): OriginState {
    const state = states.get(key) ?? { said: undefined, troublesInARow: 0, isProbed: false };
    states.set(key, state);
    return state;
  }

  function learn(state: OriginState, answer: Answer): void {
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

/** The origin was not reached, for reasons that concern this request alone. */
const saysNothing: ReadonlySet<FailureCause> = new Set(['deadline', 'foreign-address', 'unlisted-host']);

/** By whom, through which registry and for what: registries count pulls, and not all that is asked. */
function askerAt(origin: string, exchange: Exchange, { asker = '' }: Terms): string {
  const isForToken = exchange.purpose === 'token' || exchange.purpose === 'login';
  const kind = isForToken ? 'token' : countsAsPull(exchange) ? 'pull' : 'other';
  return JSON.stringify([origin, exchange.endpoint.host, kind, asker]);
}

/** No connection was made. A reset or a timeout after that may be about what was asked, and by whom. */
function isUnreachable(answer: Answer): boolean {
  return answer.kind === 'failure' && answer.isUnconnected === true && originLifetimeMsOf(answer) > 0;
}

function stands(said: Said, state: OriginState, maxAgeMs: number, nowMs: number): boolean {
  if (nowMs >= said.untilMs) return isInTrouble(state) && state.isProbed;
  return said.isPause || nowMs - said.heardAtMs <= maxAgeMs;
}

function isInTrouble({ troublesInARow }: OriginState): boolean {
  return troublesInARow >= trouble.inARow;
}
