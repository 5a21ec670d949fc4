/** Single objects, read when somebody needs them and kept for a moment: Secrets are never listed or watched. */
import { LRUCache } from 'lru-cache';
import type { Api, ApiAnswer } from './api.ts';

export type ReadOptions = {
  readonly signal: AbortSignal;
  /** What was read before does not count. */
  readonly isLive: boolean;
};

export type OnDemand = (path: string, options: ReadOptions) => Promise<ApiAnswer>;

export type Keeping = {
  readonly keptMs: number;
  /** What is missing may be created in the same moment, by the same apply. */
  readonly absenceKeptMs: number;
  /** 0: asked again at once. */
  readonly failureKeptMs: number;
  /** Shared by all who wait for it; each of them has a deadline of its own besides. */
  readonly requestTimeoutMs: number;
};

/** Of what goes on and on, among changes. */
const keptForAMoment: Keeping = { keptMs: 10_000, absenceKeptMs: 2_000, failureKeptMs: 0, requestTimeoutMs: 3_000 };

export function onDemand(
  api: Api,
  { keptMs, absenceKeptMs, failureKeptMs, requestTimeoutMs }: Keeping = keptForAMoment,
): OnDemand {
  const kept = new LRUCache<string, ApiAnswer>({ max: 5_000, ttl: keptMs });
  const underWay = new Map<string, Promise<ApiAnswer>>();

  async function read(path: string): Promise<ApiAnswer> {
    const answer = await api.get(path, AbortSignal.timeout(requestTimeoutMs));
    if (answer.kind === 'ok') kept.set(path, answer);
    else if (answer.kind === 'absent') kept.set(path, answer, { ttl: absenceKeptMs });
    else if (failureKeptMs > 0) kept.set(path, answer, { ttl: failureKeptMs });
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
