import type { Answer, Exchange } from '../../core/registry/exchange.ts';
import type { NoteLookup } from './observe.ts';
import { failedBy, type Send, type Terms, untilAborted } from './send.ts';

type Flight = { readonly answer: Promise<Answer>; readonly abandon: AbortController; callers: number };

/** Nobody reads it; without one Node makes an error with a stack trace for each request. */
const calledOff = 'called off';

/**
 * Equal requests at the same time are one request. It belongs to no caller: each waits for as long as it likes, and only
 * when nobody is left it is called off, if it has not been sent yet.
 */
export function coalesced(inner: Send, keyOf: (exchange: Exchange) => string, note: NoteLookup = () => {}): Send {
  const flights = new Map<string, Flight>();

  const start = (key: string, exchange: Exchange, { maxAgeMs, asker }: Terms): Flight => {
    const abandon = new AbortController();
    const terms: Terms = { signal: abandon.signal, maxAgeMs, ...(asker !== undefined && { asker }) };
    const answer = inner(exchange, terms).finally(() => {
      if (flights.get(key) === flight) flights.delete(key);
    });
    const flight: Flight = { answer, abandon, callers: 0 };
    flights.set(key, flight);
    return flight;
  };

  return async (exchange, terms) => {
    const { signal } = terms;
    while (!signal.aborted) {
      const key = keyOf(exchange);
      const joined = flights.get(key);
      const flight = joined ?? start(key, exchange, terms);
      flight.callers += 1;
      const answer = await untilAborted(flight.answer, signal);
      // It was called off in the moment in which this caller came.
      const isCalledOff = flight.abandon.signal.aborted && answer?.kind === 'failure' && answer.cause === 'deadline';
      flight.callers -= 1;
      if (flight.callers === 0) flight.abandon.abort(calledOff);
      if (answer === undefined || isCalledOff) continue;
      note(joined === undefined ? 'miss' : 'shared');
      return answer;
    }
    return failedBy('deadline');
  };
}
