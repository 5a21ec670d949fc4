/** Findings that say the same of the same image, told once: where the first of them is, and how many more places there are. */

import type { PullReport } from '../pull-report.ts';
import { type PlacedFinding, placedFindings } from './placed-finding.ts';

export type FindingGroup = { readonly first: PlacedFinding; readonly count: number };

/** In the order of their first places. */
export function groupedFindings(report: PullReport): readonly FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const placed of placedFindings(report)) {
    const { finding, image } = placed;
    const key = JSON.stringify([finding.code, finding.certainty, image?.image ?? '', finding.message]);
    const group = groups.get(key);
    groups.set(key, { first: group?.first ?? placed, count: (group?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}
