import pLimit, { type LimitFunction } from 'p-limit';
import { parseUrl } from './place.ts';
import { failedBy, type Send, untilAborted } from './send.ts';

/** So many requests at a time for each origin. Who waits for a turn can be called off, who has it cannot. */
export function limitedPerOrigin(inner: Send, concurrency: number): Send {
  const queues = new Map<string, { readonly limit: LimitFunction; users: number }>();
  return async (exchange, terms) => {
    const origin = parseUrl(exchange.url)?.origin ?? '';
    const queue = queues.get(origin) ?? { limit: pLimit(concurrency), users: 0 };
    queues.set(origin, queue);
    queue.users += 1;
    let hasTurn = false;
    const turn = queue.limit(async () => {
      if (terms.signal.aborted) return failedBy('deadline');
      hasTurn = true;
      return inner(exchange, terms);
    });
    const answer = (await untilAborted(turn, terms.signal)) ?? (hasTurn ? await turn : failedBy('deadline'));
    queue.users -= 1;
    if (queue.users === 0) queues.delete(origin);
    return answer;
  };
}
