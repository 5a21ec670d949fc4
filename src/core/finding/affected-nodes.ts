import type { NodeGroup } from '../node/node-group.ts';
import type { Candidates } from '../pull/node-views.ts';
import type { AffectedNodes } from './finding.ts';
import type { GroupResult } from './group-result.ts';

const mostNames = 5;

/** Counted over the Node objects of the candidates; undefined where only platforms were named, or nothing is known. */
export function affectedNodes(failing: readonly GroupResult[], candidates: Candidates): AffectedNodes | undefined {
  if (candidates.kind !== 'groups' || candidates.nodes === undefined) return undefined;
  const names = failing.flatMap(({ views }) => sampleOf(views.group).names).toSorted();
  return {
    failing: failing.reduce((sum, { views }) => sum + sampleOf(views.group).count, 0),
    candidates: candidates.nodes.length,
    names: names.slice(0, mostNames),
  };
}

function sampleOf(group: NodeGroup | undefined): { readonly count: number; readonly names: readonly string[] } {
  return group?.members.kind === 'nodes' ? group.members.nodes : { count: 0, names: [] };
}
