/**
 * What registries announced of their rate limits, for everything that is asked of them next (contract §7): requests that
 * can be done without are not sent while less than a quarter is left, those that count as pulls only within a share, and
 * what was heard before is repeated together with what was announced since.
 */
import { LRUCache } from 'lru-cache';
import type { RateLimit, Spared } from '../../core/evidence/evidence.ts';
import type { Answer, Exchange, Failure } from '../../core/registry/exchange.ts';
import { PullLedger } from '../../core/registry/pull-share.ts';
import { afterMs, countsAsPull, isRunningLow, rateLimitOf, speaksOfLimit } from '../../core/registry/rate-limit.ts';
import { atMost } from './at-most.ts';
import type { Keys } from './keys.ts';
import { parseUrl } from './place.ts';
import { type Clock, failedBy, type Send, untilAborted } from './send.ts';

export type AnnouncedLimits = {
  /** Learns from what the network answers, and spares it what can be done without. */
  readonly heeding: (inner: Send) => Send;
  /** Holds back what counts as a pull, and spares it beyond the share. */
  readonly sharing: (inner: Send) => Send;
  /** Adds what was announced last to every answer about manifests, remembered ones included. */
  readonly reminding: (inner: Send) => Send;
};

type Announced = {
  readonly rateLimit: RateLimit;
  readonly heardAtMs: number;
  readonly ledger: PullLedger;
  /** Resolves when the next counted request has its answer. */
  settled: PromiseWithResolvers<void>;
};

/** @param pullShare of what is announced, from 0 to 1 */
export function openAnnouncedLimits(keys: Keys, clock: Clock, pullShare: number): AnnouncedLimits {
  const announced = new LRUCache<string, Announced>(atMost(5000));
  let order = 0;
  const next = () => {
    order += 1;
    return order;
  };

  return {
    heeding: (inner) => async (exchange, terms) => {
      const rateLimit = exchange.isDispensable ? standingFor(exchange) : undefined;
      if (rateLimit !== undefined && isRunningLow(rateLimit)) return spared({ rateLimit, why: 'few-left' });
      const askedAs = next();
      const answer = await inner(exchange, terms);
      const said = saidIn(exchange, answer);
      if (said !== undefined) learn(exchange, said, askedAs);
      return answer;
    },
    sharing: (inner) => async (exchange, terms) => {
      if (!countsAsPull(exchange)) return inner(exchange, terms);
      while (!terms.signal.aborted) {
        const known = announced.get(askerOf(exchange));
        if (known === undefined) return inner(exchange, terms);
        const { ledger } = known;
        if (exchange.isDispensable && !ledger.hasRoom(clock.nowMs()))
          return spared({ rateLimit: standingFor(exchange) ?? ledger.rateLimit, why: 'pull-share' });
        if (exchange.isDispensable && !ledger.hasTurn(clock.nowMs())) {
          await untilAborted(known.settled.promise, terms.signal);
          continue;
        }
        ledger.spend(clock.nowMs());
        const answer = await inner(exchange, terms);
        ledger.settle(wasCounted(answer), clock.nowMs());
        settle(exchange);
        return answer;
      }
      return failedBy('deadline');
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

  function learn(exchange: Exchange, rateLimit: RateLimit, askedAs: number): void {
    const asker = askerOf(exchange);
    const known = announced.get(asker);
    const nowMs = clock.nowMs();
    const as = next();
    known?.ledger.hear(rateLimit, askedAs, as, nowMs);
    const ledger = known?.ledger ?? new PullLedger(pullShare, rateLimit, as, nowMs);
    const settled = known?.settled ?? Promise.withResolvers<void>();
    announced.set(asker, { rateLimit, heardAtMs: nowMs, ledger, settled });
  }

  function settle(exchange: Exchange): void {
    const known = announced.get(askerOf(exchange));
    if (known === undefined) return;
    known.settled.resolve();
    known.settled = Promise.withResolvers<void>();
  }

  function askerOf({ url, loginKey }: Exchange): string {
    return keys.ofAsker(parseUrl(url)?.origin ?? '', loginKey);
  }
}

function spared(because: Spared): Failure {
  return { ...failedBy('spared'), spared: because };
}

/** An answer that is only repeated says nothing new. */
function saidIn(exchange: Exchange, answer: Answer): RateLimit | undefined {
  if (answer.kind === 'failure' || answer.ageMs > 0 || !speaksOfLimit(exchange, answer)) return undefined;
  return rateLimitOf(answer);
}

/** What was not answered may have been counted all the same, unless it was not sent. */
function wasCounted(answer: Answer): boolean | undefined {
  if (answer.kind === 'response') return answer.status < 300;
  return answer.cause === 'spared' || answer.cause === 'deadline' ? false : undefined;
}
