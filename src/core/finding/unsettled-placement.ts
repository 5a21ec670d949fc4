/**
 * Why what fails on every candidate may not fail where the Pods of a template land (contract §3, C20): admission may send
 * them elsewhere, or a node that their template keeps away from could take them.
 */

import { formatPlatform, type Platform } from '../image/platform.ts';
import type { PlacementDoubt } from '../node/candidate-nodes.ts';
import { mayRunOn } from '../node/needed-platforms.ts';
import type { Node } from '../node/node.ts';
import type { Candidates } from '../pull/node-views.ts';
import type { FindingDetail } from './finding.ts';
import type { GroupResult } from './group-result.ts';

/** It depends on the platform of the node, or on nothing that differs between nodes of one runtime. */
export function isAboutPlatform(detail: FindingDetail): boolean {
  return (
    detail.code === 'no-matching-platform' ||
    detail.code === 'some-nodes-lack-platform' ||
    (detail.code === 'incomplete-image' && detail.missing === 'manifest')
  );
}

export function unsettledPlacement(
  detail: FindingDetail,
  failing: readonly GroupResult[],
  candidates: Candidates,
): string | undefined {
  if (candidates.kind === 'none') return undefined;
  const keptAway = keptAwayDoubt(detail, failing, candidates.keptAway);
  return keptAway ?? (isAboutPlatform(detail) ? admissionDoubt(candidates.doubts) : undefined);
}

function admissionDoubt(doubts: readonly PlacementDoubt[]): string | undefined {
  for (const doubt of doubts) {
    if (doubt.kind === 'runtime-class-unread')
      return `RuntimeClass ${doubt.name} may choose other nodes (${doubt.why})`;
    if (doubt.kind === 'namespace-defaults')
      return `annotations of the Namespace may choose other nodes (${doubt.annotations.join(', ')})`;
    if (doubt.kind === 'namespace-unread')
      return `the Namespace could not be read and may choose other nodes by annotations (${doubt.why})`;
    if (doubt.kind === 'extended-resources')
      return `admission may add tolerations to Pods that request ${doubt.names.join(', ')}`;
  }
  return undefined;
}

function keptAwayDoubt(
  detail: FindingDetail,
  failing: readonly GroupResult[],
  keptAway: readonly Node[],
): string | undefined {
  const able = keptAway.filter((node) => couldTake(node, detail, failing));
  const [first] = able.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  if (first === undefined) return undefined;
  const platform = first.platform.kind === 'known' ? `is ${formatPlatform(first.platform.platform)}` : 'may suit it';
  return `node ${first.name} ${platform} but is excluded by ${hindranceOf(first)}`;
}

function hindranceOf({ taints, isUnschedulable }: Node): string {
  const first = taints.find(({ effect }) => effect !== 'PreferNoSchedule');
  if (isUnschedulable || first === undefined) return 'its cordon';
  return `its taint ${first.key}:${first.effect}`;
}

function couldTake({ platform, runtime }: Node, detail: FindingDetail, failing: readonly GroupResult[]): boolean {
  const groups = failing.flatMap(({ views: { group } }) => group ?? []);
  const failed = groups.flatMap((group) => (group.platform.kind === 'known' ? [group.platform.platform] : []));
  const isOther = platform.kind === 'unknown' || !failed.some((one) => isSameKind(one, platform.platform));
  if (detail.code === 'no-matching-platform') {
    if (platform.kind === 'unknown' || detail.offers.length === 0) return isOther;
    return detail.offers.some((offer) => mayRunOn(offer, platform.platform));
  }
  if (detail.code === 'incomplete-image') return detail.missing === 'manifest' && isOther;
  if (detail.code !== 'unsupported-manifest' || detail.problem.kind === 'too-large') return false;
  const text = JSON.stringify(runtime);
  // An entry of an index may be broken for one platform alone.
  const isOfPlatform = (detail.problem.kind === 'malformed' || detail.problem.kind === 'other-content') && isOther;
  return isOfPlatform || groups.every((group) => JSON.stringify(group.runtime) !== text);
}

function isSameKind(one: Platform, other: Platform): boolean {
  return one.os === other.os && one.architecture === other.architecture;
}
