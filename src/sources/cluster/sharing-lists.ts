/**
 * Several readers list the same objects at the same time, before a denial: what is in use, how Pods differ from their
 * templates, who rewrites images. A page that one of them asks for is the answer to all of them.
 */
import type { Api, ApiAnswer } from './api.ts';

type Flight = { readonly answer: Promise<ApiAnswer>; readonly ends: AbortController; waiting: number };

/** Single objects are asked for each time: who reads one again before a denial wants to know what it is now. */
export function sharingLists(api: Api): Api {
  const flights = new Map<string, Flight>();

  function begin(path: string, mostBytes: number | undefined): Flight {
    const ends = new AbortController();
    const answer = api.get(path, ends.signal, mostBytes).finally(() => flights.delete(path));
    const flight = { answer, ends, waiting: 0 };
    flights.set(path, flight);
    return flight;
  }

  return {
    ...api,
    get: async (path, signal, mostBytes, shape) => {
      if (shape !== undefined || !path.includes('?limit=')) return api.get(path, signal, mostBytes, shape);
      const flight = flights.get(path) ?? begin(path, mostBytes);
      flight.waiting += 1;
      try {
        return await Promise.race([flight.answer, atEndOf(signal)]);
      } finally {
        flight.waiting -= 1;
        // When the answer is there this ends nothing.
        if (flight.waiting === 0) {
          flights.delete(path);
          flight.ends.abort();
        }
      }
    },
  };
}

/** As the API says it. */
async function atEndOf(signal: AbortSignal): Promise<ApiAnswer> {
  const late: ApiAnswer = { kind: 'unreachable', reason: 'no answer in time' };
  if (signal.aborted) return late;
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(late), { once: true });
  });
}
