/** What was heard, for those who ask the same again. Bounded by the number of answers, and by their size. */
import { LRUCache } from 'lru-cache';
import { saysInvalidToken } from '../../core/registry/challenge.ts';
import type { Answer, Exchange } from '../../core/registry/exchange.ts';
import { digestIn, lifetimeMsOf, tokensIn } from '../../core/registry/freshness.ts';
import { atMost } from './at-most.ts';
import type { Keys } from './keys.ts';
import type { NoteLookup } from './observe.ts';
import { type PackedAnswer, packed, sizeOf, unpacked } from './packed-answer.ts';
import type { Clock, Send } from './send.ts';
import { openSharedCache } from './shared-cache.ts';

export type Memory = {
  readonly recall: (exchange: Exchange, maxAgeMs: number) => Answer | undefined;
  /** @param asker whose share of the memory it takes */
  readonly retain: (exchange: Exchange, answer: Answer, asker?: string) => void;
  /** For how much longer the answer to this very request is known, in milliseconds; 0 if it is not. */
  readonly lastsMs: (exchange: Exchange) => number;
};

export type MemorySettings = {
  readonly keys: Keys;
  readonly clock: Clock;
  /** From 0 to 1, spreads the ends of lifetimes. */
  readonly chance: () => number;
  readonly entries: number;
  /** Of bodies and headers, roughly. */
  readonly bytes: number;
};

type Remembered = { readonly answer: PackedAnswer; readonly heardAtMs: number; readonly lifetimeMs: number };

/** As long as answers that are held against an image are remembered. */
const refusalLifetimeMs = 5000;

export function openMemory({ keys, clock, chance, entries, bytes }: MemorySettings): Memory {
  const answers = openSharedCache<Remembered>({ entries, bytes, sizeOf: ({ answer }) => sizeOf(answer) });
  /** By the key of a token. A token server may give the same text for several scopes. */
  const refusals = new LRUCache<string, TokenRefusal>(atMost(10_000));

  return {
    recall: (exchange, maxAgeMs) => {
      const key = keys.ofRequest(exchange);
      const remembered = answers.get(key);
      if (remembered === undefined) return undefined;
      const ageMs = clock.nowMs() - remembered.heardAtMs;
      if (ageMs < remembered.lifetimeMs && !isRefused(exchange, remembered))
        return ageMs <= maxAgeMs ? unpacked(remembered.answer, ageMs) : undefined;
      answers.delete(key);
      return undefined;
    },
    retain: (exchange, answer, asker) => {
      noteRefusedToken(exchange, answer);
      // It is remembered for its whole repository.
      if (isChallenge(exchange, answer)) return;
      const lifetimeMs = isKeptAsContent(exchange, answer) ? 0 : lifetimeMsOf(exchange, answer, chance());
      if (lifetimeMs === 0) return;
      const heardAtMs = clock.nowMs() - answer.ageMs;
      const key = keys.ofRequest(exchange);
      answers.set(key, { answer: packed(answer), heardAtMs, lifetimeMs }, asker);
    },
    lastsMs: (exchange) => {
      const remembered = answers.peek(keys.ofRequest(exchange));
      return remembered === undefined ? 0 : remembered.lifetimeMs - (clock.nowMs() - remembered.heardAtMs);
    },
  };

  /** Whoever gets no answer with a token gets none with the same later: the registry may know it no more (contract §3, C4). */
  function noteRefusedToken({ headers }: Exchange, answer: Answer): void {
    if (answer.kind !== 'response' || !refusesToken(answer.status)) return;
    const token = /^bearer +(.*)$/is.exec(authorizationIn(headers) ?? '')?.[1];
    if (token === undefined) return;
    const lacksRight = answer.status !== 400 && !saysInvalidToken(answer);
    refusals.set(keys.ofToken(token), { atMs: clock.nowMs() - answer.ageMs, lacksRight });
  }

  function isRefused({ purpose }: Exchange, { answer, heardAtMs }: Remembered): boolean {
    if (purpose !== 'token' || refusals.size === 0 || answer.kind === 'failure' || answer.body === undefined)
      return false;
    return tokensIn(answer.body).some((token) => {
      const refusal = refusals.get(keys.ofToken(token));
      if (refusal === undefined || refusal.atMs < heardAtMs) return false;
      // One that was new, and lacks the right, is kept for as long as the refusal itself is.
      return !refusal.lacksRight || clock.nowMs() - heardAtMs >= refusalLifetimeMs;
    });
  }
}

type TokenRefusal = { readonly atMs: number; readonly lacksRight: boolean };

function refusesToken(status: number): boolean {
  return status === 400 || status === 401 || status === 403;
}

/** It is in the memory of contents. */
function isKeptAsContent({ isImmutable, url }: Exchange, answer: Answer): boolean {
  return isImmutable === true && answer.kind === 'response' && answer.bodyDigest === digestIn(url);
}

/** Answers from memory what can be. */
export function recalling(inner: Send, memory: Memory, note: NoteLookup = () => {}): Send {
  return async (exchange, terms) => {
    const answer = memory.recall(exchange, terms.maxAgeMs);
    if (answer === undefined) return inner(exchange, terms);
    note(terms.hasWaited ? 'shared' : 'hit');
    return answer;
  };
}

/** Commits to memory what is heard. */
export function retaining(inner: Send, memory: Memory): Send {
  return async (exchange, terms) => {
    const answer = await inner(exchange, terms);
    memory.retain(exchange, answer, terms.asker);
    return answer;
  };
}

export function authorizationIn(headers: Exchange['headers']): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
}

/** The answer is that to all who ask about the repository. */
export function isChallenge(exchange: Exchange, answer: Answer): boolean {
  return (
    isUnauthenticated(exchange) &&
    answer.kind === 'response' &&
    answer.status === 401 &&
    answer.headers.has('www-authenticate')
  );
}

export function isUnauthenticated({ purpose, headers }: Exchange): boolean {
  return purpose === 'manifest' && authorizationIn(headers) === undefined;
}
