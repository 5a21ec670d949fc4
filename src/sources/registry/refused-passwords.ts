import type { Exchange } from '../../core/registry/exchange.ts';
import { refusedPasswordLifetimeMs } from '../../core/registry/freshness.ts';
import type { Lesson } from './ask-once.ts';
import type { Keys } from './keys.ts';

/**
 * A refused password is not presented again, whatever for, and an unknown one by a single request (contract §3, C7). A
 * refused form is not the last word: token servers that do not know forms answer 401, too, and are asked by GET next.
 */
export function refusedPasswordsOf(keys: Keys): Lesson {
  return {
    subjectOf: ({ presentsPassword }) =>
      presentsPassword === undefined ? undefined : keys.ofPassword(presentsPassword),
    learnFrom: ({ status }, exchange) => {
      if (status === 401) return isForm(exchange) ? 'nothing' : 'answers-all';
      return status >= 200 && status < 300 ? 'each-its-own' : 'nothing';
    },
    lifetimeMs: refusedPasswordLifetimeMs,
    ignoresMaxAge: true,
  };
}

/** Nor is a refused form sent again: what is asked by GET then decides for all. */
export function refusedFormsOf(keys: Keys): Lesson {
  const refusedPasswords = refusedPasswordsOf(keys);
  return {
    ...refusedPasswords,
    subjectOf: (exchange) => (isForm(exchange) ? refusedPasswords.subjectOf(exchange) : undefined),
    learnFrom: (response, exchange) =>
      response.status === 401 ? 'answers-all' : refusedPasswords.learnFrom(response, exchange),
  };
}

function isForm({ method }: Exchange): boolean {
  return method === 'POST';
}
