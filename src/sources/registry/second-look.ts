/**
 * A second look is for certainty: it is sent on a connection of its own, some time after the first look was answered, and
 * shared only with those whose first look it follows.
 */
import { LRUCache } from 'lru-cache';
import type { Answer, Exchange } from '../../core/registry/exchange.ts';
import { coalesced } from './coalesce.ts';
import type { Keys } from './keys.ts';
import { type Memory, recalling } from './memory.ts';
import type { NoteLookup } from './observe.ts';
import { type Clock, failedBy, type Send } from './send.ts';

export type FirstLooks = {
  readonly note: (exchange: Exchange, answer: Answer) => void;
  /**
   * When the last answer to this request, by whatever method, came from the network. Where that was never noted, because
   * what answered was memory of another request, it was before now.
   */
  readonly heardAtMs: (exchange: Exchange) => number;
};

export function openFirstLooks(keys: Keys, clock: Clock): FirstLooks {
  const heardAtMs = new LRUCache<string, number>({ max: 10_000 });
  return {
    note: (exchange, answer) => {
      // Of what went well nobody takes a second look, save that after a refusal.
      if (answer.kind === 'response' && answer.status >= 400)
        heardAtMs.set(keys.ofSubject(exchange), clock.nowMs() - answer.ageMs);
    },
    heardAtMs: (exchange) => {
      const subject = keys.ofSubject(exchange);
      const knownMs = heardAtMs.get(subject) ?? clock.nowMs();
      heardAtMs.set(subject, knownMs);
      return knownMs;
    },
  };
}

export function noting(inner: Send, firstLooks: FirstLooks): Send {
  return async (exchange, terms) => {
    const answer = await inner(exchange, terms);
    firstLooks.note(exchange, answer);
    return answer;
  };
}

type LookingAgain = {
  readonly firstLooks: FirstLooks;
  readonly memory: Memory;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly note?: NoteLookup;
};

/** @param inner asks the network */
export function lookingAgain(inner: Send, { firstLooks, memory, keys, clock, note = () => {} }: LookingAgain): Send {
  const sentAtMs = new LRUCache<string, number>({ max: 10_000 });
  const dueAtMs = (exchange: Exchange) => firstLooks.heardAtMs(exchange) + (exchange.secondLook?.notBeforeMs ?? 0);

  const shared = coalesced(
    async (exchange, terms) => {
      const waitMs = dueAtMs(exchange) - clock.nowMs();
      if (waitMs > 0) await clock.wait(waitMs, terms.signal);
      if (terms.signal.aborted) return failedBy('deadline');
      sentAtMs.set(keys.ofRequest(exchange), clock.nowMs());
      return inner(exchange, terms);
    },
    (exchange) => `${keys.ofRequest(exchange)} ${dueAtMs(exchange)}`,
    note,
  );

  const recalled = recalling(shared, memory, note);

  return async (exchange, terms) => {
    const lastSentAtMs = sentAtMs.get(keys.ofRequest(exchange)) ?? Number.NEGATIVE_INFINITY;
    const followsFirst = lastSentAtMs >= dueAtMs(exchange);
    return followsFirst ? recalled(exchange, terms) : shared(exchange, terms);
  };
}
