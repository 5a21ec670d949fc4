import { refusedPasswordLifetimeMs } from '../../core/registry/freshness.ts';
import type { Lesson } from './ask-once.ts';
import type { Keys } from './keys.ts';

/** A refused password is not presented again, whatever for, and an unknown one by a single request (contract §3, C7). */
export function refusedPasswordsOf(keys: Keys): Lesson {
  return {
    subjectOf: ({ presentsPassword }) =>
      presentsPassword === undefined ? undefined : keys.ofPassword(presentsPassword),
    learnFrom: ({ status }) => {
      if (status === 401) return 'answers-all';
      return status >= 200 && status < 300 ? 'each-its-own' : 'nothing';
    },
    lifetimeMs: refusedPasswordLifetimeMs,
    ignoresMaxAge: true,
  };
}
