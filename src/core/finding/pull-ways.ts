/** By which ways around its registry nodes may get an image that a planned pull would not (contract §3, C17 to C19). */
import { nodeKindKey } from '../node/node.ts';
import type { PlannedPull } from '../pull/plan.ts';
import { dependsOnWays } from './certainty.ts';
import type { FindingCode } from './finding.ts';
import type { GroupResult } from './group-result.ts';
import { type ImageWays, imageWaysIn } from './image-ways.ts';
import type { JudgingContext } from './judging-context.ts';

/** `admitted`: that pullgate admitted it before. */
export function waysOf(
  code: FindingCode,
  failing: readonly GroupResult[],
  { reference, routes, hostsAreGiven }: PlannedPull,
  { clusterSeen }: JudgingContext,
  admitted: string | undefined,
): ImageWays {
  const failingKinds = new Set(failing.flatMap(({ views }) => (views.group ? [nodeKindKey(views.group)] : [])));
  const onNode = routes
    .flatMap(({ endpoints }) => endpoints)
    .find(({ isOnNode, capabilities }) => isOnNode && capabilities.includes('pull'));
  return imageWaysIn(clusterSeen, {
    repository: reference.name,
    pulled: reference.pulled,
    hostsAreGiven,
    // Of platforms and manifests the registry tells by which way other kinds of nodes have it.
    ...(!dependsOnWays.has(code) && { failingKinds }),
    ...(onNode && { mirrorOnNode: onNode.host }),
    ...(admitted !== undefined && { admitted }),
  });
}
