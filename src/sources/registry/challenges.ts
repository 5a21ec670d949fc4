import { challengeLifetimeMs } from '../../core/registry/freshness.ts';
import type { Lesson } from './ask-once.ts';
import type { Keys } from './keys.ts';
import { isUnauthenticated } from './memory.ts';

/**
 * Who asks for a manifest without credentials and is challenged need not ask again, for any tag. That holds for a
 * repository at an endpoint and not for the registry, some of which challenge for private repositories only (contract §7).
 */
export function challengesOf(keys: Keys): Lesson {
  return {
    subjectOf: (exchange) => (isUnauthenticated(exchange) ? keys.ofRepository(exchange) : undefined),
    learnFrom: ({ status, headers }) => {
      if (status === 401) return headers.has('www-authenticate') ? 'answers-all' : 'nothing';
      return status < 500 && status !== 429 ? 'each-its-own' : 'nothing';
    },
    lifetimeMs: challengeLifetimeMs,
  };
}
