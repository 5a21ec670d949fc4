/** Single objects, read when somebody needs them and kept for a moment: Secrets are never listed or watched. */
import { LRUCache } from 'lru-cache';
import type { Api, ApiAnswer } from './api.ts';

export type ReadOptions = {
  readonly signal: AbortSignal;
  /** What was read before does not count. */
  readonly isLive: boolean;
};

export type OnDemand = (path: string, options: ReadOptions) => Promise<ApiAnswer>;

const keptMs = 10_000;
/** What is missing may be created in the same moment, by the same apply. */
const absenceKeptMs = 2_000;
/** Shared by all who wait for it; each of them has a deadline of its own besides. */
const requestTimeoutMs = 3_000;

export function onDemand(api: Api): OnDemand {
  const kept = new LRUCache<string, ApiAnswer>({ max: 5_000, ttl: keptMs });
  const underWay = new Map<string, Promise<ApiAnswer>>();

  async function read(path: string): Promise<ApiAnswer> {
    const answer = await api.get(path, AbortSignal.timeout(requestTimeoutMs));
    if (answer.kind === 'ok') kept.set(path, answer);
    if (answer.kind === 'absent') kept.set(path, answer, { ttl: absenceKeptMs });
    return answer;
  }

  return async (path, { signal, isLive }) => {
    const known = isLive ? undefined : kept.get(path);
    if (known !== undefined) return known;
    const shared = isLive ? undefined : underWay.get(path);
    const reading = shared ?? read(path).finally(() => underWay.delete(path));
    if (!isLive) underWay.set(path, reading);
    return Promise.race([reading, whenAborted(signal)]);
  };
}

async function whenAborted(signal: AbortSignal): Promise<ApiAnswer> {
  const late: ApiAnswer = { kind: 'unreachable', reason: 'no answer before the deadline' };
  if (signal.aborted) return late;
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(late), { once: true });
  });
}
