import { parseGoDurationMs } from '../../core/go/duration.ts';

/** The API server gives up at the end of its `timeout`, which it rounds up: an answer must be there well before. */
const marginMs = 500;
/** However little time is left, something can be looked up from memory. */
const leastMs = 100;

/** How long a review may take: what the operator allows, less if the API server waits for less (`?timeout=5s`). */
export function deadlineMsOf(timeout: string | undefined, configuredMs: number): number {
  const timeoutMs = timeout === undefined ? undefined : parseGoDurationMs(timeout);
  if (timeoutMs === undefined || timeoutMs <= 0) return configuredMs;
  return Math.max(leastMs, Math.min(configuredMs, timeoutMs - marginMs));
}
