/** One admission review, from its request to its response. It always answers, and before the deadline. */
import { modeOfNamespace } from '../../core/verdict/mode-of.ts';
import type { Mode } from '../../core/verdict/verdict.ts';
import { printable } from '../../report/printable.ts';
import { type AdmissionResponse, allowed } from './admission-response.ts';
import type { AdmissionRequest } from './admission-review.ts';
import { startTime, type Time } from './deadline.ts';
import { type Examinable, examinableIn } from './exemption.ts';
import { isNamespace, reviewNamespace } from './review-namespace.ts';
import { reviewWorkload } from './review-workload.ts';
import type { ReviewSettings } from './reviewing.ts';

export type Review = (request: AdmissionRequest, deadlineMs: number) => Promise<AdmissionResponse>;

/** At most `limits.inFlight` at a time. Beyond that an answer is given at once: a queue would make all of them late (quality.md §5). */
export function reviewing(now: () => ReviewSettings): Review {
  let inFlight = 0;
  let isOverloaded = false;
  return async (request, deadlineMs) => {
    // A review ends with the configuration that it began with.
    const context = now();
    const { inFlight: most } = context.config.limits;
    if (inFlight >= most) {
      if (!isOverloaded) context.log.warn({ inFlight }, 'too many concurrent reviews; images are not examined');
      isOverloaded = true;
      context.metrics.reviewNotExamined('overload');
      return turnAway(request, context);
    }
    inFlight += 1;
    const { time, end } = startTime(deadlineMs);
    try {
      return await reviewOne(request, time, context);
    } catch (error) {
      context.metrics.reviewNotExamined('error');
      context.log.error(
        { uid: request.uid, error: error instanceof Error ? error.stack : String(error) },
        'review failed',
      );
      return allowed(request.uid, {
        warnings: ['pullgate: images were not examined because of an internal error [registry-not-examined]'],
      });
    } finally {
      end();
      inFlight -= 1;
      // Told once for each time that it lasts, not for each review.
      if (inFlight < most / 2) isOverloaded = false;
    }
  };
}

/** Nothing is asked, not even about the namespace. One that wants to hear nothing hears nothing. */
async function turnAway(request: AdmissionRequest, context: ReviewSettings): Promise<AdmissionResponse> {
  const subject = isNamespace(request) ? undefined : await subjectOf(request, AbortSignal.abort(), context);
  if (subject?.kind === 'answered') return subject.response;
  if (subject?.mode === 'audit') return allowed(request.uid);
  return allowed(request.uid, {
    warnings: ['pullgate: images were not examined because of too many concurrent reviews [registry-not-examined]'],
  });
}

async function reviewOne(request: AdmissionRequest, time: Time, context: ReviewSettings): Promise<AdmissionResponse> {
  if (isNamespace(request)) return reviewNamespace(request, time, context);
  const subject = await subjectOf(request, time.signal, context);
  if (subject.kind === 'answered') return subject.response;
  return reviewWorkload(request, subject.examinable, subject.mode, time, context);
}

type Subject =
  | { readonly kind: 'answered'; readonly response: AdmissionResponse }
  | { readonly kind: 'workload'; readonly examinable: Extract<Examinable, { kind: 'workload' }>; readonly mode: Mode };

/** Whether there is anything to examine, and what the namespace makes of it. */
async function subjectOf(request: AdmissionRequest, signal: AbortSignal, context: ReviewSettings): Promise<Subject> {
  const { uid, namespace } = request;
  const { config, facts, kinds, ownNamespace } = context;
  const silently: Subject = { kind: 'answered', response: allowed(uid) };
  if (namespace === ownNamespace) return silently;
  const examinable = examinableIn(request, kinds);
  if (examinable.kind === 'nothing') return silently;
  const { mode } = modeOfNamespace(namespace, await facts.namespaceNamed(namespace, signal), {
    default: config.mode,
    exemptNamespaces: config.exemptNamespaces,
  });
  if (mode === 'off') return silently;
  if (examinable.kind === 'workload') return { kind: 'workload', examinable, mode };
  // The API server validates before it asks us: what is wrong here it will say itself, or we do not understand.
  const warnings = mode === 'audit' ? [] : [`pullgate: not examined: ${printable(examinable.problem)}`];
  return { kind: 'answered', response: allowed(uid, { warnings }) };
}
