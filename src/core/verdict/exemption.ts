/** Who is let through before anything is looked up (contract §5; pull-semantics 7.3). */

export type Exemption = 'mode off' | 'mirror Pod' | 'being deleted';

type Marks = { readonly isMirrorPod: boolean; readonly isBeingDeleted: boolean };

/** Nothing is pulled for what is on its way out, and a mirror Pod runs already. */
export function exemptionOf({ isMirrorPod, isBeingDeleted }: Marks): Exemption | undefined {
  if (isMirrorPod) return 'mirror Pod';
  return isBeingDeleted ? 'being deleted' : undefined;
}
