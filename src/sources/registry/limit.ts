import { fairTurns, type Turns } from '../turns/fair-turns.ts';
import { parseUrl } from './place.ts';
import { failedBy, type Send } from './send.ts';

/** So many requests at a time for each origin, shared by those who ask. Who waits for a turn can be called off, who has it cannot. */
export function limitedPerOrigin(inner: Send, concurrency: number): Send {
  const turnsOf = new Map<string, Turns>();
  return async (exchange, terms) => {
    const origin = parseUrl(exchange.url)?.origin ?? '';
    const turns = turnsOf.get(origin) ?? fairTurns(concurrency);
    turnsOf.set(origin, turns);
    const { asker, signal } = terms;
    const answer = await turns.take({ asker, signal }, () => inner(exchange, terms));
    if (turns.isIdle() && turnsOf.get(origin) === turns) turnsOf.delete(origin);
    return answer ?? failedBy('deadline');
  };
}
