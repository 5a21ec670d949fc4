/** Who is let through before anything is looked up (contract §5; pull-semantics 7.3). */
import type { Workload } from '../workload/workload.ts';

export type Exemption = 'mode off' | 'mirror Pod' | 'being deleted';

/** Nothing is pulled for what is on its way out, and a mirror Pod runs already. */
export function exemptionOf({
  isMirrorPod,
  isBeingDeleted,
}: Pick<Workload, 'isMirrorPod' | 'isBeingDeleted'>): Exemption | undefined {
  if (isMirrorPod) return 'mirror Pod';
  return isBeingDeleted ? 'being deleted' : undefined;
}
