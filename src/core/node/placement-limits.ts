import type { Placement } from './placement.ts';

/**
 * Every node is compared with every requirement and toleration, and a PodSpec has room for tens of thousands of them:
 * seconds of work for one review. Beyond these numbers, far above what people write, they are not read.
 */
const mostRequirements = 200;
const mostTolerations = 200;

/**
 * The Placement with what is too long to be read replaced by what lets it land on more nodes, never on fewer; the same
 * Placement when nothing was too long.
 */
export function boundedPlacement(placement: Placement): Placement {
  return withBoundedAffinity(withBoundedTolerations(placement));
}

function withBoundedTolerations(placement: Placement): Placement {
  if (placement.tolerations.length <= mostTolerations) return placement;
  return { ...placement, tolerations: [{ key: '', operator: 'Exists', value: '', effect: '' }] };
}

function withBoundedAffinity(placement: Placement): Placement {
  const { requiredNodeAffinity: terms = [], ...rest } = placement;
  const requirements = terms.reduce((sum, term) => sum + term.matchExpressions.length + term.matchFields.length, 0);
  return requirements <= mostRequirements ? placement : rest;
}
