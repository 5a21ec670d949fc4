/**
 * What a repository gave under a digest, for as long as there is room: bytes that hash to a digest cannot change, so nothing
 * is read twice from there (contract §7). That the registry still has them does change. An asker that has not heard so for
 * a while asks by HEAD, which registries do not count as a pull, and which shows that this asker may read them.
 */
import { LRUCache } from 'lru-cache';
import type { Digest } from '../../core/image/digest.ts';
import type { Answer, Exchange, Response } from '../../core/registry/exchange.ts';
import { digestIn, presenceLifetimeMs } from '../../core/registry/freshness.ts';
import { atMost } from './at-most.ts';
import type { Keys } from './keys.ts';
import type { NoteLookup } from './observe.ts';
import { type Clock, type Send, type Terms, untilAborted } from './send.ts';
import { openSharedCache } from './shared-cache.ts';

export type ContentMemorySettings = {
  readonly keys: Keys;
  readonly clock: Clock;
  readonly entries: number;
  /** Of bodies, roughly. */
  readonly bytes: number;
  readonly note?: NoteLookup;
};

const mostShared = 1_000;

export function rememberingContent(inner: Send, settings: ContentMemorySettings): Send {
  const { keys, clock, entries, bytes, note = () => {} } = settings;
  const bodies = openSharedCache<Uint8Array>({ entries, bytes, sizeOf: ({ length }) => length + 200 });
  /** Bases and configs that many repositories share are kept once. */
  const shared = new LRUCache<string, Uint8Array>(atMost(mostShared));
  /** When an asker last heard that a registry has it. */
  const seenAtMs = new LRUCache<string, number>(atMost(entries));

  /** Requests under way, by content. */
  const flights = new Map<string, { readonly answer: Promise<unknown>; readonly requestKey: string }>();

  return async (exchange, terms) => {
    const digest = exchange.isImmutable ? digestIn(exchange.url) : undefined;
    if (digest === undefined) return inner(exchange, terms);
    const content: ContentAsked = { exchange, terms, digest, key: keys.ofContent(exchange) };
    // Whoever looks again doubts what was heard before.
    if (exchange.secondLook !== undefined) return read(content);
    const flight = flights.get(content.key);
    // Equal requests are one already.
    if (flight !== undefined && flight.requestKey !== keys.ofRequest(exchange))
      await untilAborted(flight.answer, terms.signal);
    const known = bodies.has(content.key) ? await remembered(content) : undefined;
    return known ?? read(content);
  };

  /** Undefined where only a GET can tell. */
  async function remembered({ exchange, terms, digest, key }: ContentAsked): Promise<Answer | undefined> {
    const body = bodies.get(key);
    if (body === undefined) return undefined;
    const asker = keys.ofAsker(key, exchange.loginKey);
    const sinceMs = clock.nowMs() - (seenAtMs.get(asker) ?? Number.NEGATIVE_INFINITY);
    if (exchange.isSeenNow || sinceMs < presenceLifetimeMs) {
      note('hit');
      return contentOf(body, digest, exchange.isSeenNow ? 0 : sinceMs);
    }
    const head = await inner(byHead(exchange), terms);
    if (isThere(head)) {
      seenAtMs.set(asker, clock.nowMs() - head.ageMs);
      return contentOf(body, digest, head.ageMs);
    }
    // Bytes that are known need no request.
    if (head.kind === 'failure' && head.cause === 'spared') return contentOf(body, digest, 0);
    return isSaidOfContent(head) ? head : undefined;
  }

  async function read({ exchange, terms, digest, key }: ContentAsked): Promise<Answer> {
    const requested = inner(exchange, terms);
    const flight = { answer: requested, requestKey: keys.ofRequest(exchange) };
    if (!flights.has(key)) flights.set(key, flight);
    const answer = await requested;
    if (flights.get(key) === flight) flights.delete(key);
    if (isThere(answer) && !answer.bodyIncomplete && answer.bodyDigest === digest) {
      const body = shared.get(digest) ?? answer.body;
      shared.set(digest, body);
      bodies.set(key, body, terms.asker);
      seenAtMs.set(keys.ofAsker(key, exchange.loginKey), clock.nowMs() - answer.ageMs);
      return { ...answer, body };
    }
    return answer;
  }
}

type ContentAsked = {
  readonly exchange: Exchange;
  readonly terms: Terms;
  readonly digest: Digest;
  readonly key: string;
};

function byHead(exchange: Exchange): Exchange {
  const { isImmutable: _bytes, digestAlgorithm: _hash, ...rest } = exchange;
  return { ...rest, method: 'HEAD', bodyLimit: 0 };
}

function isThere(answer: Answer): answer is Response {
  return answer.kind === 'response' && answer.status >= 200 && answer.status < 300;
}

/** Other answers come from stores that do not take HEAD, such as those behind addresses that are signed for GET. */
function isSaidOfContent(answer: Answer): boolean {
  return answer.kind === 'failure' || [401, 404, 408, 429].includes(answer.status);
}

/** `ageMs`: since the asker heard that it is there. */
function contentOf(body: Uint8Array, bodyDigest: Digest, ageMs: number): Answer {
  return { kind: 'response', status: 200, headers: new Map(), body, bodyIncomplete: false, bodyDigest, ageMs };
}
