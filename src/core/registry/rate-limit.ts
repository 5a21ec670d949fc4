/** What a registry says about how much may still be asked of it (Docker Hub's headers; quality.md §3). */
import type { RateLimit } from '../evidence/evidence.ts';
import { type Exchange, headerOf, type Response } from './exchange.ts';

/** `ratelimit-limit: 100;w=21600` and `ratelimit-remaining: 20;w=21600`. Absent headers mean that nothing is limited. */
export function rateLimitOf(response: Response): RateLimit | undefined {
  const limit = leadingNumber(headerOf(response, 'ratelimit-limit'));
  const remaining = remainingOf(response);
  return limit === undefined || remaining === undefined ? undefined : { limit, remaining };
}

export function remainingOf(response: Response): number | undefined {
  return leadingNumber(headerOf(response, 'ratelimit-remaining'));
}

/** A token server has a limit of its own, and a challenge is to nobody yet. */
export function speaksOfLimit({ purpose }: Exchange, { status }: Response): boolean {
  return purpose !== 'token' && status !== 401;
}

/** Inspection stops at `resolve` below a quarter of the limit (contract §7). */
export function isRunningLow({ limit, remaining }: RateLimit): boolean {
  return remaining * 4 < limit;
}

/** `Retry-After` in milliseconds; its date form is left alone, because the core has no clock and registries send seconds. */
export function retryAfterMsOf(response: Response): number | undefined {
  const seconds = leadingNumber(headerOf(response, 'retry-after'));
  return seconds === undefined ? undefined : seconds * 1000;
}

function leadingNumber(text: string | undefined): number | undefined {
  const digits = /^\s*(\d{1,9})(?:\s*(?:;|$))/.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}
