/** One admission review, from its request to its response. It always answers, and before the deadline. */
import { modeOfNamespace } from '../../core/verdict/mode-of.ts';
import { printable } from '../../report/printable.ts';
import { type AdmissionResponse, allowed } from './admission-response.ts';
import type { AdmissionRequest } from './admission-review.ts';
import { examinableIn } from './exemption.ts';
import { isNamespace, reviewNamespace } from './review-namespace.ts';
import { reviewWorkload } from './review-workload.ts';
import type { Reviewing } from './reviewing.ts';

export type Review = (request: AdmissionRequest, deadlineMs: number) => Promise<AdmissionResponse>;

/** Beyond this many at a time an answer is given at once: a queue would make all of them late (quality.md §5). */
const mostInFlight = 512;

export function reviewing(context: Reviewing): Review {
  let inFlight = 0;
  return async (request, deadlineMs) => {
    if (inFlight >= mostInFlight)
      return allowed(request.uid, {
        warnings: ['pullgate: too many reviews at a time, images were not examined [registry-not-examined]'],
      });
    inFlight += 1;
    try {
      return await reviewOne(request, deadlineMs, context);
    } catch (error) {
      context.log.error(
        { uid: request.uid, error: error instanceof Error ? error.stack : String(error) },
        'review failed',
      );
      return allowed(request.uid, {
        warnings: ['pullgate: internal error, images were not examined [registry-not-examined]'],
      });
    } finally {
      inFlight -= 1;
    }
  };
}

async function reviewOne(
  request: AdmissionRequest,
  deadlineMs: number,
  context: Reviewing,
): Promise<AdmissionResponse> {
  const time = { signal: AbortSignal.timeout(deadlineMs), startedMs: performance.now(), deadlineMs };
  if (isNamespace(request)) return reviewNamespace(request, time, context);
  const { uid, namespace } = request;
  const { config, facts, kinds, ownNamespace } = context;
  if (namespace === ownNamespace) return allowed(uid);
  const examinable = examinableIn(request, kinds);
  if (examinable.kind === 'nothing') return allowed(uid);
  const { mode } = modeOfNamespace(namespace, await facts.namespaceNamed(namespace, time.signal), {
    default: config.mode,
    exemptNamespaces: config.exemptNamespaces,
  });
  if (mode === 'off') return allowed(uid);
  // The API server validates before it asks us: what is wrong here it will say itself, or we do not understand.
  if (examinable.kind === 'malformed' && mode === 'audit') return allowed(uid);
  if (examinable.kind === 'malformed')
    return allowed(uid, { warnings: [`pullgate: not examined: ${printable(examinable.problem)}`] });
  return reviewWorkload(request, examinable, mode, time, context);
}
