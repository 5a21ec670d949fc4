/**
 * Things about a whole subject that are learned from the answer to any request about it. Of several first requests at the
 * same time one is sent, and the others wait for what it teaches.
 */
import { LRUCache } from 'lru-cache';
import type { Answer, Exchange, Response } from '../../core/registry/exchange.ts';
import { atMost } from './at-most.ts';
import type { NoteLookup } from './observe.ts';
import { type PackedAnswer, packed, unpacked } from './packed-answer.ts';
import { type Clock, failedBy, type Send, untilAborted } from './send.ts';

export type Lesson = {
  /** Undefined for requests that are not concerned. */
  readonly subjectOf: (exchange: Exchange) => string | undefined;
  /** `answers-all`: every request about the subject would be answered like this. `each-its-own`: requests must be sent. */
  readonly learnFrom: (response: Response) => 'answers-all' | 'each-its-own' | 'nothing';
  readonly lifetimeMs: number;
};

type Learned = {
  readonly answersAll: PackedAnswer | undefined;
  readonly heardAtMs: number;
};

export function askingOnce(inner: Send, lesson: Lesson, clock: Clock, note: NoteLookup = () => {}): Send {
  const learned = new LRUCache<string, Learned>(atMost(10_000));
  const firsts = new Map<string, Promise<unknown>>();

  const ask: Send = async (exchange, terms) => {
    const subject = lesson.subjectOf(exchange);
    if (subject === undefined) return inner(exchange, terms);
    let hasWaited = false;
    while (!terms.signal.aborted) {
      const known = knownOf(subject, terms.maxAgeMs);
      if (known?.answersAll !== undefined) {
        note(hasWaited ? 'shared' : 'hit');
        return unpacked(known.answersAll, clock.nowMs() - known.heardAtMs);
      }
      const first = firsts.get(subject);
      if (known === undefined && first !== undefined) {
        await untilAborted(first, terms.signal);
        hasWaited = true;
        continue;
      }
      const asked = inner(exchange, hasWaited ? { ...terms, hasWaited } : terms).then((answer) =>
        learn(subject, answer),
      );
      if (known !== undefined) return asked;
      firsts.set(subject, asked);
      return asked.finally(() => firsts.delete(subject));
    }
    return failedBy('deadline');
  };
  return ask;

  function knownOf(subject: string, maxAgeMs: number): Learned | undefined {
    const known = learned.get(subject);
    const ageMs = clock.nowMs() - (known?.heardAtMs ?? 0);
    return ageMs < lesson.lifetimeMs && ageMs <= maxAgeMs ? known : undefined;
  }

  function learn(subject: string, answer: Answer): Answer {
    if (answer.kind === 'failure') return answer;
    const what = lesson.learnFrom(answer);
    if (what === 'nothing') return answer;
    const answersAll = what === 'answers-all' ? packed(answer) : undefined;
    learned.set(subject, { answersAll, heardAtMs: clock.nowMs() - answer.ageMs });
    return answer;
  }
}
