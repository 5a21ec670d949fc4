/**
 * Whether a known rewriter of images is installed: listed only before a template would be denied, and kept for a minute
 * (contract §3, C11).
 */
import * as z from 'zod';
import type { RewritersSeen } from '../../core/finding/judging-context.ts';
import { parseMutatingWebhookConfiguration } from '../../core/object/mutating-webhook-configuration.ts';
import { rewriterAmong } from '../../core/workload/image-rewriters.ts';
import type { Api, ApiAnswer } from './api.ts';

const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const keptMs = 60_000;
/** A right that was missing may have been granted, and the API server may be back. */
const failureKeptMs = 10_000;
/** Shared by all who wait for it; each of them has a deadline of its own besides. */
const timeoutMs = 1_500;

/** Each brings its CA and its managed fields. */
const mostBytes = 32 * 1024 * 1024;

const list = z.object({ items: z.array(z.unknown()) });

/**
 * @param now milliseconds of a clock that is never set back
 * @returns what answers before its signal aborts, and never rejects
 */
export function rewritersIn(
  api: Pick<Api, 'get'>,
  now: () => number = () => performance.now(),
): (signal: AbortSignal) => Promise<RewritersSeen> {
  let kept: { readonly seen: RewritersSeen; readonly untilMs: number } | undefined;
  let underWay: Promise<RewritersSeen> | undefined;

  async function read(): Promise<RewritersSeen> {
    const seen = seenIn(await api.get(path, AbortSignal.timeout(timeoutMs), mostBytes));
    kept = { seen, untilMs: now() + (seen.unseenRewriters === undefined ? keptMs : failureKeptMs) };
    return seen;
  }

  return async (signal) => {
    if (kept !== undefined && now() < kept.untilMs) return kept.seen;
    underWay ??= read().finally(() => {
      underWay = undefined;
    });
    return Promise.race([underWay, whenAborted(signal)]);
  };
}

/** One that cannot be understood is none that is known. */
function seenIn(answer: ApiAnswer): RewritersSeen {
  const why = whyUnseen(answer);
  if (why !== undefined) return { unseenRewriters: why };
  const listed = answer.kind === 'ok' ? list.safeParse(answer.value) : undefined;
  if (listed?.success !== true) return { unseenRewriters: 'the list cannot be understood' };
  const rewriter = rewriterAmong(
    listed.data.items.flatMap((item) => {
      const parsed = parseMutatingWebhookConfiguration(item);
      return parsed.ok ? [parsed.configuration] : [];
    }),
  );
  return rewriter === undefined ? {} : { rewriter };
}

function whyUnseen(answer: ApiAnswer): string | undefined {
  switch (answer.kind) {
    case 'ok':
      return undefined;
    case 'absent':
      return 'the API server answers 404';
    case 'refused':
      return answer.status === 403
        ? 'grant pullgate list on mutatingwebhookconfigurations'
        : `the API server answers ${answer.status}`;
    case 'unreachable':
      return `the API server does not answer: ${answer.reason}`;
  }
}

async function whenAborted(signal: AbortSignal): Promise<RewritersSeen> {
  const late: RewritersSeen = { unseenRewriters: 'the API server does not answer before the deadline' };
  if (signal.aborted) return late;
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(late), { once: true });
  });
}
