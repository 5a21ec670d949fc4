/**
 * What registries announced of their rate limits, for everything that is asked of them next: requests that can be done
 * without are not sent while less than a quarter is left (contract §7), and what was heard before is repeated together with
 * what was announced since.
 */
import { LRUCache } from 'lru-cache';
import type { RateLimit } from '../../core/evidence/evidence.ts';
import type { Answer, Exchange } from '../../core/registry/exchange.ts';
import { afterMs, isRunningLow, rateLimitOf, speaksOfLimit } from '../../core/registry/rate-limit.ts';
import type { Keys } from './keys.ts';
import { parseUrl } from './place.ts';
import type { Clock, Send } from './send.ts';

export type AnnouncedLimits = {
  /** Learns from what the network answers, and spares it what can be done without. */
  readonly heeding: (inner: Send) => Send;
  /** Adds what was announced last to every answer about manifests, remembered ones included. */
  readonly reminding: (inner: Send) => Send;
};

type Announced = { readonly rateLimit: RateLimit; readonly heardAtMs: number };

export function openAnnouncedLimits(keys: Keys, clock: Clock): AnnouncedLimits {
  const announced = new LRUCache<string, Announced>({ max: 5000 });

  return {
    heeding: (inner) => async (exchange, terms) => {
      const rateLimit = exchange.isDispensable ? standingFor(exchange) : undefined;
      if (rateLimit !== undefined && isRunningLow(rateLimit))
        return { kind: 'failure', cause: 'spared', ageMs: 0, rateLimit };
      const answer = await inner(exchange, terms);
      const said = saidIn(exchange, answer);
      if (said !== undefined) announced.set(askerOf(exchange), { rateLimit: said, heardAtMs: clock.nowMs() });
      return answer;
    },
    reminding: (inner) => async (exchange, terms) => {
      const answer = await inner(exchange, terms);
      if (answer.kind === 'failure' || exchange.purpose !== 'manifest') return answer;
      const standing = standingFor(exchange);
      return standing === undefined ? answer : { ...answer, announced: standing };
    },
  };

  function standingFor(exchange: Exchange): RateLimit | undefined {
    const known = announced.get(askerOf(exchange));
    return known && afterMs(known.rateLimit, clock.nowMs() - known.heardAtMs);
  }

  function askerOf({ url, loginKey }: Exchange): string {
    return keys.ofAsker(parseUrl(url)?.origin ?? '', loginKey);
  }
}

/** An answer that is only repeated says nothing new. */
function saidIn(exchange: Exchange, answer: Answer): RateLimit | undefined {
  if (answer.kind === 'failure' || answer.ageMs > 0 || !speaksOfLimit(exchange, answer)) return undefined;
  return rateLimitOf(answer);
}
