import type { Answer, Exchange, FailureCause } from '../../core/registry/exchange.ts';
import { remainingOf, speaksOfLimit } from '../../core/registry/rate-limit.ts';
import { parseUrl } from './place.ts';
import type { Clock, Send } from './send.ts';

/** One request as the network saw it. */
export type ObservedRequest = {
  /** With its port, unless the scheme implies it. */
  readonly host: string;
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly durationMs: number;
  /** What the registry says to be left of its rate limit. */
  readonly remaining?: number;
} & ({ readonly status: number } | { readonly cause: FailureCause });

/**
 * How a request was met: by what was heard before (`hit`), by what another request under way came to (`shared`), or by
 * turning to the network (`miss`).
 */
export type CacheLookup = 'hit' | 'shared' | 'miss';
export type NoteLookup = (result: CacheLookup) => void;

export function observed(inner: Send, observe: (request: ObservedRequest) => void, clock: Clock): Send {
  return async (exchange, terms) => {
    const startedMs = clock.nowMs();
    const answer = await inner(exchange, terms);
    const said = answer.kind === 'response' ? { status: answer.status } : { cause: answer.cause };
    const host = parseUrl(exchange.url)?.host ?? '';
    const remaining = remainingIn(exchange, answer);
    const durationMs = clock.nowMs() - startedMs;
    observe({ host, method: exchange.method, durationMs, ...said, ...(remaining !== undefined && { remaining }) });
    return answer;
  };
}

function remainingIn(exchange: Exchange, answer: Answer): number | undefined {
  return answer.kind === 'response' && speaksOfLimit(exchange, answer) ? remainingOf(answer) : undefined;
}
