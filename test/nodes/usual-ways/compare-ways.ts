/** What the usual ways to check say, compared with what the nodes did. */
import type { Row } from '../judge-agreement.ts';
import { type Said, type WayName, wayNames } from './usual-ways.ts';

export type WayTotals = {
  readonly agreements: number;
  readonly falseDenials: number;
  readonly falsePasses: number;
  readonly crashes: number;
};

/** Counts outcomes of nodes: a scene is played on up to four of them. */
export function totalsOf(way: WayName, rows: readonly Row[]): WayTotals {
  const all = rows.flatMap((row) => verdictsOf(way, row));
  const count = (verdict: Verdict) => all.filter((one) => one === verdict).length;
  return {
    agreements: count('yes'),
    falseDenials: count('false denial'),
    falsePasses: count('false pass'),
    crashes: count('crash'),
  };
}

/** The scenes in which one of them is wrong about a node: with a cell for each. */
export function wrongScenes(rows: readonly Row[]): readonly (readonly string[])[] {
  return rows.flatMap((row) => {
    const cells = wayNames.map((way) => cellOf(way, row));
    return cells.every((cell) => cell === 'right') ? [] : [[row.scenario.name, ...cells]];
  });
}

type Verdict = 'yes' | 'false denial' | 'false pass' | 'crash';

function verdictsOf(way: WayName, { usualWays, nodes }: Row): readonly Verdict[] {
  const said = usualWays?.[way];
  return said === undefined ? [] : Object.values(nodes).map(({ outcome }) => verdictOf(said, outcome === 'pulled'));
}

function verdictOf({ kind }: Said, isPulled: boolean): Verdict {
  if (kind === 'crashes') return 'crash';
  if ((kind === 'pulls') === isPulled) return 'yes';
  return isPulled ? 'false denial' : 'false pass';
}

function cellOf(way: WayName, row: Row): string {
  const said = row.usualWays?.[way];
  const wrong = [...new Set(verdictsOf(way, row))].filter((verdict) => verdict !== 'yes');
  if (said === undefined || wrong.length === 0) return 'right';
  return said.kind === 'pulls' ? wrong.join(', ') : `${wrong.join(', ')}: ${said.text}`;
}
