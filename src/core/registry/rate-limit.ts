/** What a registry says about how much may still be asked of it. */
import type { RateLimit } from '../evidence/evidence.ts';
import { parseRfc3339 } from '../go/rfc3339.ts';
import { type Exchange, headerOf, type Response } from './exchange.ts';

/**
 * What the registry announced last, or this answer announces: `ratelimit-limit: 100;w=21600` and
 * `ratelimit-remaining: 20;w=21600` (Docker Hub), with `ratelimit-reset` or `retry-after` in seconds where they are sent.
 * Absent headers mean that nothing is limited.
 */
export function rateLimitOf(response: Response): RateLimit | undefined {
  if (response.announced !== undefined) return response.announced;
  const announced = announcedIn(response);
  return announced && afterMs(announced, response.ageMs);
}

function announcedIn(response: Response): RateLimit | undefined {
  const written = headerOf(response, 'ratelimit-limit');
  const limit = leadingNumber(written);
  const remaining = remainingOf(response);
  if (limit === undefined || remaining === undefined) return undefined;
  const windowMs = windowMsIn(written) ?? windowMsIn(headerOf(response, 'ratelimit-remaining'));
  const retryAfterMs = resetMsOf(response) ?? retryAfterMsOf(response);
  return {
    limit,
    remaining,
    ...(windowMs !== undefined && { windowMs }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** What of it still holds so much later, if nothing newer was said; undefined once nothing does. */
export function afterMs(announced: RateLimit, ageMs: number): RateLimit | undefined {
  const { retryAfterMs, windowMs = longestStandingMs } = announced;
  if (ageMs >= Math.min(retryAfterMs ?? windowMs, windowMs, longestStandingMs)) return undefined;
  return retryAfterMs === undefined ? announced : { ...announced, retryAfterMs: retryAfterMs - ageMs };
}

/** Others pull, too, and a new window may begin. */
const longestStandingMs = 5 * 60 * 1000;

/** `;w=21600`, in seconds (draft-ietf-httpapi-ratelimit-headers). */
function windowMsIn(text: string | undefined): number | undefined {
  const seconds = Number(/;\s*w=(\d{1,9})\s*(?:;|$)/.exec(text ?? '')?.[1] ?? 0);
  return seconds > 0 ? seconds * 1000 : undefined;
}

/** Some write the time of day in seconds since 1970 instead of the seconds until then: without a clock that says nothing. */
function resetMsOf(response: Response): number | undefined {
  const seconds = leadingNumber(headerOf(response, 'ratelimit-reset'));
  return seconds === undefined || seconds > longestResetS ? undefined : seconds * 1000;
}

const longestResetS = 31 * 24 * 60 * 60;

export function remainingOf(response: Response): number | undefined {
  return leadingNumber(headerOf(response, 'ratelimit-remaining'));
}

/** A token server has a limit of its own, and a challenge is to nobody yet. */
export function speaksOfLimit({ purpose }: Exchange, { status }: Response): boolean {
  return purpose !== 'token' && status !== 401;
}

/** Docker Hub counts GETs of manifests, not HEADs, and no blobs. */
export function countsAsPull({ purpose, method }: Exchange): boolean {
  return purpose === 'manifest' && method === 'GET';
}

/** Inspection stops at `resolve` below a quarter of the limit (contract §7). */
export function isRunningLow({ limit, remaining }: RateLimit): boolean {
  return remaining * 4 < limit;
}

/**
 * `Retry-After` in milliseconds. Its date form is taken against the `Date` of the same answer (RFC 9110, 10.2.3): the clocks of
 * registries differ from ours. Undefined for a date in an answer without one.
 */
export function retryAfterMsOf(response: Response): number | undefined {
  const written = headerOf(response, 'retry-after');
  const seconds = leadingNumber(written);
  if (seconds !== undefined) return seconds * 1000;
  const untilMs = parseHttpDate(written ?? '');
  const sentMs = parseHttpDate(headerOf(response, 'date') ?? '');
  return untilMs === undefined || sentMs === undefined ? undefined : Math.max(0, untilMs - sentMs);
}

function leadingNumber(text: string | undefined): number | undefined {
  const digits = /^\s*(\d{1,9})(?:\s*(?:;|$))/.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * A point in time as HTTP writes it today (IMF-fixdate, RFC 9110, 5.6.7): `Wed, 21 Oct 2026 07:28:00 GMT`, in milliseconds
 * since 1970; undefined if it is none.
 */
function parseHttpDate(text: string): number | undefined {
  const match = /^\s*[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT\s*$/.exec(text);
  if (match === null) return undefined;
  const [, day = '', month = '', year = '', time = ''] = match;
  return parseRfc3339(`${year}-${String(months.indexOf(month) + 1).padStart(2, '0')}-${day}T${time}Z`);
}
