/**
 * Whether a known rewriter of images is installed: listed only before a template would be denied, and kept for a minute
 * (contract §3, C11).
 */
import * as z from 'zod';
import type { RewritersSeen } from '../../core/finding/judging-context.ts';
import { parseMutatingWebhookConfiguration } from '../../core/object/mutating-webhook-configuration.ts';
import { rewriterAmong } from '../../core/workload/image-rewriters.ts';
import type { Api, ApiAnswer } from './api.ts';
import { whyUnlisted } from './bounded-list.ts';
import { sharedReading } from './shared-reading.ts';

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
  now?: () => number,
): (signal: AbortSignal) => Promise<RewritersSeen> {
  return sharedReading(async (signal) => seenIn(await api.get(path, signal, mostBytes)), {
    timeoutMs,
    keptMsOf: ({ unseenRewriters }) => (unseenRewriters === undefined ? keptMs : failureKeptMs),
    late: { unseenRewriters: 'the API server does not answer before the deadline' },
    now,
  });
}

/** One that cannot be understood is none that is known. */
function seenIn(answer: ApiAnswer): RewritersSeen {
  if (answer.kind !== 'ok') return { unseenRewriters: whyUnlisted(answer, 'mutatingwebhookconfigurations') };
  const listed = list.safeParse(answer.value);
  if (!listed.success) return { unseenRewriters: 'the list is invalid' };
  const rewriter = rewriterAmong(
    listed.data.items.flatMap((item) => {
      const parsed = parseMutatingWebhookConfiguration(item);
      return parsed.ok ? [parsed.configuration] : [];
    }),
  );
  return rewriter === undefined ? {} : { rewriter };
}
