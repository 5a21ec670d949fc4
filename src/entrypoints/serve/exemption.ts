/** Requests that are let through before anything is looked up (contract §5; pull-semantics 7.3). */
import { exemptionOf } from '../../core/verdict/exemption.ts';
import { changeBetween, type PullsChanged } from '../../core/workload/change.ts';
import type { Workload } from '../../core/workload/workload.ts';
import { type ParsedWorkload, parseWorkload } from '../../core/workload/workload.ts';
import type { WorkloadKind } from '../../core/workload/workload-kind.ts';
import type { AdmissionRequest } from './admission-review.ts';
import { mostReviewValues } from './review-body.ts';

/** What of a request there is to examine. */
export type Examinable =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'malformed'; readonly problem: string }
  | {
      readonly kind: 'workload';
      readonly workload: Workload;
      readonly rejectable: Rejectable;
      /** What an update replaces. */
      readonly before?: Workload;
    };

/** What may be the reason of a rejection: an UPDATE rejects only for what it changed. */
export type Rejectable = { readonly kind: 'all' } | ({ readonly kind: 'changed' } & PullsChanged);

const nothing: Examinable = { kind: 'nothing' };
const unchanged: Rejectable = { kind: 'changed', images: new Set(), credentials: false };

export function examinableIn(request: AdmissionRequest, kinds: readonly WorkloadKind[]): Examinable {
  const { operation, subResource } = request;
  if (operation !== 'CREATE' && operation !== 'UPDATE') return nothing;
  if (subResource !== '' && subResource !== 'ephemeralcontainers') return nothing;
  if (request.isTooLarge) return { kind: 'malformed', problem: `it holds more than ${mostReviewValues} JSON values` };
  const now = parseIn(request, request.object, kinds);
  if (now.kind === 'malformed') {
    const [first] = now.problems;
    return { kind: 'malformed', problem: first === undefined ? 'the object' : `${first.path} ${first.problem}` };
  }
  if (now.kind !== 'workload' || exemptionOf(now.workload) !== undefined) return nothing;
  if (operation === 'CREATE') return { kind: 'workload', workload: now.workload, rejectable: { kind: 'all' } };
  const workload: Workload = now.workload.form === 'pod' ? { ...now.workload, isStored: true } : now.workload;
  return updated(workload, parseIn(request, request.oldObject, kinds));
}

/** The namespace and name of the request count, whatever stands in the object. */
function parseIn(
  { namespace, name }: AdmissionRequest,
  object: unknown,
  kinds: readonly WorkloadKind[],
): ParsedWorkload {
  const parsed = parseWorkload(object, { kinds, namespace });
  if (parsed.kind !== 'workload') return parsed;
  return { kind: 'workload', workload: { ...parsed.workload, namespace, name: name || parsed.workload.name } };
}

function updated(workload: Workload, before: ParsedWorkload): Examinable {
  // What cannot be compared counts as unchanged: it was accepted once, and may not be rejected now.
  if (before.kind !== 'workload') return { kind: 'workload', workload, rejectable: unchanged };
  const change = changeBetween(before.workload, workload);
  switch (change.kind) {
    case 'none':
      return nothing;
    case 'placement':
      return { kind: 'workload', workload, rejectable: unchanged };
    case 'pulls':
      return { kind: 'workload', workload, rejectable: { ...change, kind: 'changed' }, before: before.workload };
  }
}
