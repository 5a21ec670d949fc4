import { refusedPasswordLifetimeMs } from '../../core/registry/freshness.ts';
import type { Lesson } from './ask-once.ts';
import type { Keys } from './keys.ts';

/**
 * A refused password is not presented again, whatever for, and an unknown one by a single request (contract §3, C7). The
 * form by POST and Basic by GET are remembered each for itself: some token servers answer 401 to the first whatever the
 * password, and containerd then asks by the second (auth/fetch.go).
 */
export function refusedPasswordsOf(keys: Keys): Lesson {
  return {
    subjectOf: ({ presentsPassword, method }) =>
      presentsPassword && keys.ofPassword({ ...presentsPassword, form: method === 'POST' ? 'oauth' : 'basic' }),
    learnFrom: ({ status }) => {
      if (status === 401) return 'answers-all';
      return status >= 200 && status < 300 ? 'each-its-own' : 'nothing';
    },
    lifetimeMs: refusedPasswordLifetimeMs,
    ignoresMaxAge: true,
  };
}
