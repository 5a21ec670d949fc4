/**
 * When a kubelet tries again (pkg/kubelet/images/image_manager.go): 10 s after the first failed pull, then twice as long each
 * time, 300 s at most, for as long as the Pod is there. The Events tell when it tried.
 */
import { parseRfc3339 } from '../go/rfc3339.ts';
import type { PullEvent } from './pull-event.ts';

export type Attempts = {
  /** RFC 3339: when its first attempt failed; without Events when the Pod was placed. Absent where neither tells. */
  readonly since?: string;
  /** Failed so far, at least: kubelets send fewer Events than they make attempts. Absent without Events. */
  readonly attempts?: number;
  /** The earliest time at which the kubelet tries again, in milliseconds since 1970. Absent where nobody can tell. */
  readonly nextAttemptMs?: number;
  /** The error of the last attempt, as the Events have it. */
  readonly lastError?: string;
};

const firstDelayMs = 10_000;
const longestDelayMs = 300_000;

/** @param events of one container, in any order */
export function attemptsOf(
  events: readonly PullEvent[],
  pod: { readonly scheduledAt: string; readonly createdAt: string },
  nowMs: number,
): Attempts {
  const failed = events.filter(({ what }) => what === 'failed');
  const [newest] = failed.toSorted((one, other) => millis(other.last) - millis(one.last));
  const [oldest] = failed.toSorted((one, other) => millis(one.first) - millis(other.first));
  const since = oldest?.first || pod.scheduledAt || pod.createdAt;
  if (newest === undefined) return since === '' ? {} : { since };
  const count = failed.reduce((sum, event) => sum + event.count, 0);
  const pulls = events.filter(({ what }) => what === 'pulling').reduce((sum, event) => sum + event.count, 0);
  const attempts = Math.max(count, 1);
  const due = dueMs(millis(newest.last), Math.max(attempts, pulls), nowMs);
  return {
    ...(since !== '' && { since }),
    attempts,
    lastError: newest.message,
    ...(due !== undefined && { nextAttemptMs: due }),
  };
}

/** How long the kubelet waits after so many failed attempts, in milliseconds. */
export function backOffMs(attempts: number): number {
  return Math.min(firstDelayMs * 2 ** Math.max(0, Math.min(attempts, 30) - 1), longestDelayMs);
}

/** Undefined where that time is over, and no later Event came: then it is not known when the last attempt was. */
function dueMs(lastMs: number, attempts: number, nowMs: number): number | undefined {
  const due = lastMs + backOffMs(attempts);
  return Number.isNaN(due) || due < nowMs ? undefined : due;
}

function millis(time: string): number {
  return parseRfc3339(time) ?? Number.NaN;
}
