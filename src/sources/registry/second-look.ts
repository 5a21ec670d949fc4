/**
 * A second look is for certainty: it is a dialogue on a connection of its own, some time after the first look was answered,
 * and shared only with those whose first look it follows.
 */
import { LRUCache } from 'lru-cache';
import type { Answer, Exchange, SecondLook } from '../../core/registry/exchange.ts';
import { atMost } from './at-most.ts';
import { coalesced } from './coalesce.ts';
import type { Keys } from './keys.ts';
import type { NoteLookup } from './observe.ts';
import { type PackedAnswer, packed, sizeOf, unpacked } from './packed-answer.ts';
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
  const heardAtMs = new LRUCache<string, number>(atMost(10_000));
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
  readonly keys: Keys;
  readonly clock: Clock;
  readonly note?: NoteLookup;
};

type Seen = { readonly answer: PackedAnswer; readonly heardAtMs: number };

/** As long as evidence may speak against an image (contract §3, C16). */
const rememberedForMs = 5000;

/** @param inner asks the network */
export function lookingAgain(inner: Send, { firstLooks, keys, clock, note = () => {} }: LookingAgain): Send {
  const seen = new LRUCache<string, Seen>({
    max: 10_000,
    maxSize: 16 * 1024 * 1024,
    sizeCalculation: ({ answer }) => sizeOf(answer),
  });
  const dialogueOf = ({ after, notBeforeMs }: SecondLook) => {
    const dueAtMs = firstLooks.heardAtMs(after) + notBeforeMs;
    return { dueAtMs, connection: `${keys.ofSubject(after)} ${dueAtMs}` };
  };
  const keyOf = (exchange: Exchange) => {
    const { secondLook } = exchange;
    const within = secondLook && `${dialogueOf(secondLook).connection} ${secondLook.attempt}`;
    return `${keys.ofRequest(exchange)} ${within ?? ''}`;
  };

  const shared = coalesced(
    async (exchange, terms) => {
      if (exchange.secondLook === undefined) return inner(exchange, terms);
      const { dueAtMs, connection } = dialogueOf(exchange.secondLook);
      const key = keyOf(exchange);
      const waitMs = dueAtMs - clock.nowMs();
      if (waitMs > 0) await clock.wait(waitMs, terms.signal);
      if (terms.signal.aborted) return failedBy('deadline');
      const answer = await inner(exchange, { ...terms, connection });
      if (answer.kind === 'response' || answer.cause !== 'deadline')
        seen.set(key, { answer: packed(answer), heardAtMs: clock.nowMs() - answer.ageMs });
      return answer;
    },
    keyOf,
    note,
  );

  return async (exchange, terms) => {
    const key = keyOf(exchange);
    const known = seen.get(key);
    const ageMs = clock.nowMs() - (known?.heardAtMs ?? 0);
    if (known === undefined || ageMs >= rememberedForMs || ageMs > terms.maxAgeMs) return shared(exchange, terms);
    note('hit');
    return unpacked(known.answer, ageMs);
  };
}
