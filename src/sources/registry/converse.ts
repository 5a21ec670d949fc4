import type { Answer, Dialogue } from '../../core/registry/exchange.ts';
import type { Send, Terms } from './send.ts';

/** Carries a whole dialogue. Exchanges that are yielded together are sent at the same time. */
export async function converse<Value>(
  dialogue: Dialogue<Value>,
  send: Send,
  terms: Terms,
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
    answers = await Promise.all(step.value.map((exchange) => send(exchange, terms)));
    ageMs = Math.max(ageMs, ...answers.map((answer) => answer.ageMs));
  }
}
