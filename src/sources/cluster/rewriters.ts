/**
 * Whether a known rewriter of images is installed: listed only before a template would be denied, and kept for a minute
 * (contract §3, C11).
 */
import type { RewritersSeen } from '../../core/finding/judging-context.ts';
import {
  type MutatingWebhookConfiguration,
  parseMutatingWebhookConfiguration,
} from '../../core/object/mutating-webhook-configuration.ts';
import { rewriterAmong } from '../../core/workload/image-rewriters.ts';
import type { Api } from './api.ts';
import { listBounded } from './bounded-list.ts';
import { sharedReading } from './shared-reading.ts';

const path = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const keptMs = 60_000;
/** A right that was missing may have been granted, and the API server may be back. */
const failureKeptMs = 10_000;
/** Shared by all who wait for it; each of them has a deadline of its own besides. */
const timeoutMs = 1_500;

/** Thousands: no cluster has so many. */
const mostPages = 4;

/**
 * @param now milliseconds of a clock that is never set back
 * @returns what answers before its signal aborts, and never rejects
 */
export function rewritersIn(
  api: Pick<Api, 'get'>,
  now?: () => number,
): (signal: AbortSignal) => Promise<RewritersSeen> {
  return sharedReading(async (signal) => read(api, signal), {
    timeoutMs,
    keptMsOf: ({ unseenRewriters }) => (unseenRewriters === undefined ? keptMs : failureKeptMs),
    late: { unseenRewriters: 'the API server does not answer before the deadline' },
    now,
  });
}

/** One that cannot be understood is none that is known. */
async function read(api: Pick<Api, 'get'>, signal: AbortSignal): Promise<RewritersSeen> {
  const configurations: MutatingWebhookConfiguration[] = [];
  const onObject = (object: unknown) => {
    const parsed = parseMutatingWebhookConfiguration(object);
    if (parsed.ok) configurations.push(parsed.configuration);
  };
  const resource = 'mutatingwebhookconfigurations';
  const { why } = await listBounded(api, { path, resource, onObject, mostPages }, signal);
  const rewriter = rewriterAmong(configurations);
  if (rewriter !== undefined) return { rewriter };
  return why === undefined ? {} : { unseenRewriters: why };
}
