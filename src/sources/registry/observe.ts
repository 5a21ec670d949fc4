import type { FailureCause } from '../../core/registry/exchange.ts';
import { parseUrl } from './place.ts';
import type { Clock, Send } from './send.ts';

/** One request as the network saw it. */
export type ObservedRequest = {
  /** With its port, unless the scheme implies it. */
  readonly host: string;
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly durationMs: number;
} & ({ readonly status: number } | { readonly cause: FailureCause });

export function observed(inner: Send, observe: (request: ObservedRequest) => void, clock: Clock): Send {
  return async (exchange, terms) => {
    const startedMs = clock.nowMs();
    const answer = await inner(exchange, terms);
    const said = answer.kind === 'response' ? { status: answer.status } : { cause: answer.cause };
    const host = parseUrl(exchange.url)?.host ?? '';
    observe({ host, method: exchange.method, durationMs: clock.nowMs() - startedMs, ...said });
    return answer;
  };
}
