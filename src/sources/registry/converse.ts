import type { Answer, Dialogue, Exchange } from '../../core/registry/exchange.ts';
import type { Send, Terms } from './send.ts';

/**
 * Carries a whole dialogue. Exchanges that are yielded together are sent at the same time. What is asked for by its digest
 * may be as old as it is, and makes nothing old that rests on it.
 */
export async function converse<Value>(
  dialogue: Dialogue<Value>,
  send: Send,
  terms: Terms,
  onAnswer: (answer: Answer, exchange: Exchange) => void = () => {},
): Promise<{
  readonly value: Value;
  /** Of the oldest answer that it rests on, in milliseconds. */
  readonly ageMs: number;
}> {
  let answers: readonly Answer[] = [];
  let ageMs = 0;
  for (;;) {
    const step = dialogue.next(answers);
    if (step.done === true) return { value: step.value, ageMs };
    const exchanges = step.value;
    answers = await Promise.all(exchanges.map((exchange) => send(exchange, termsFor(exchange, terms))));
    for (const [index, exchange] of exchanges.entries()) {
      const answer = answers[index];
      if (answer !== undefined) onAnswer(answer, exchange);
    }
    ageMs = Math.max(ageMs, ...answers.map((answer, index) => agingOf(answer, exchanges[index])));
  }
}

function termsFor({ isImmutable }: Exchange, terms: Terms): Terms {
  return isImmutable ? { ...terms, maxAgeMs: Number.POSITIVE_INFINITY } : terms;
}

function agingOf(answer: Answer, exchange: Exchange | undefined): number {
  if (answer.kind === 'failure') return answer.ageMs;
  const isLasting = exchange?.isImmutable === true && answer.status === 200;
  // A login that was refused for itself is not sent again, and is refused for as long (contract §3, C7).
  const isRefusedLogin = exchange?.presentsPassword !== undefined && (answer.status === 401 || answer.status === 403);
  return isLasting || isRefusedLogin ? 0 : answer.ageMs;
}
