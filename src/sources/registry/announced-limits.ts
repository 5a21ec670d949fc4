/**
 * What registries announced of their rate limits, for everything that is asked of them next: requests that can be done
 * without are not sent while less than a quarter is left (contract §7).
 */
import { LRUCache } from 'lru-cache';
import type { RateLimit } from '../../core/evidence/evidence.ts';
import type { Answer, Exchange } from '../../core/registry/exchange.ts';
import { rateLimitLifetimeMs } from '../../core/registry/freshness.ts';
import { isRunningLow, rateLimitOf, speaksOfLimit } from '../../core/registry/rate-limit.ts';
import type { Keys } from './keys.ts';
import { parseUrl } from './place.ts';
import type { Clock, Send } from './send.ts';

type Announced = { readonly rateLimit: RateLimit; readonly heardAtMs: number };

export function heedingLimits(inner: Send, keys: Keys, clock: Clock): Send {
  const announced = new LRUCache<string, Announced>({ max: 5000 });

  return async (exchange, terms) => {
    const key = keys.ofAsker(parseUrl(exchange.url)?.origin ?? '', exchange.loginKey);
    const rateLimit = exchange.isDispensable ? standing(announced.get(key)) : undefined;
    if (rateLimit !== undefined && isRunningLow(rateLimit))
      return { kind: 'failure', cause: 'spared', ageMs: 0, rateLimit };
    const answer = await inner(exchange, terms);
    const said = saidIn(exchange, answer);
    if (said !== undefined) announced.set(key, { rateLimit: said, heardAtMs: clock.nowMs() });
    return answer;
  };

  function standing(known: Announced | undefined): RateLimit | undefined {
    return known !== undefined && clock.nowMs() - known.heardAtMs < rateLimitLifetimeMs ? known.rateLimit : undefined;
  }
}

/** An answer that is only repeated says nothing new. */
function saidIn(exchange: Exchange, answer: Answer): RateLimit | undefined {
  if (answer.kind === 'failure' || answer.ageMs > 0 || !speaksOfLimit(exchange, answer)) return undefined;
  return rateLimitOf(answer);
}
