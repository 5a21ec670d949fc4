/** How a run is told: lines for a terminal, JSON for a comparison, and the page of the documentation. */

import { figureOf, isReached, type Outcome } from './goal.ts';
import { sharesText } from './profile.ts';

export type BenchRun = {
  readonly commit: string;
  readonly date: string;
  readonly effort: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number | boolean>>;
  /** Share of the time that the hypervisor gave to others. */
  readonly steal: number;
  readonly outcomes: readonly Outcome[];
};

/** Above it figures say more about the neighbours than about pullgate (quality.md §4). */
const mostSteal = 0.05;

export function isDisturbed({ steal }: BenchRun): boolean {
  return steal > mostSteal;
}

/** Counts are the same on every machine: one that is not as it must be fails the run. */
export function failedCounts({ outcomes }: BenchRun): readonly Outcome[] {
  return outcomes.filter((outcome) => 'rounds' in outcome && outcome.kind === 'count' && !isReached(outcome));
}

const columns = ['goal', 'what', 'must be', 'is', 'reached', 'anchor'] as const;

function rowOf(outcome: Outcome): readonly string[] {
  if (!('rounds' in outcome)) return [outcome.id, outcome.what, '', '–', 'not measured', outcome.because];
  const { id, what, unit, bound, anchor } = outcome;
  const wanted = 'atMost' in bound ? `≤ ${numberText(bound.atMost)}` : numberText(bound.exactly);
  const reached = isReached(outcome) ? 'yes' : 'no';
  return [id, what, `${wanted} ${unit}`, `${numberText(figureOf(outcome))} ${unit}`, reached, anchor];
}

function numberText(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

export function rowText(outcome: Outcome): string {
  const [id = '', what = '', wanted = '', is = '', reached = '', anchor = ''] = rowOf(outcome);
  const mark = reached === 'no' ? '✗' : reached === 'yes' ? '✓' : '–';
  return `${mark} ${id.padEnd(4)}${what}: ${is}${wanted && ` (${wanted})`}; ${anchor}`;
}

/** Aligned, as a person would write it. */
export function tableOf({ outcomes }: BenchRun): string {
  const rows = [columns, ...outcomes.map(rowOf)];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lineOf = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [lineOf(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(lineOf)].join('\n');
}

/** Of what is not reached. */
function profilesOf({ outcomes }: BenchRun): string {
  const lines = outcomes.flatMap((outcome) =>
    'rounds' in outcome && outcome.profile ? [`- ${outcome.what}: ${sharesText(outcome.profile)}`] : [],
  );
  if (lines.length === 0) return '';
  return `## Where the processor time goes\n\nOf goals that are not reached, by folder and package:\n\n${lines.join('\n')}\n\n## What is compared\n\n`;
}

export function pageOf(run: BenchRun): string {
  const { commit, date, effort, versions, machine, steal } = run;
  const versionText = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `# Performance

\`npm run bench -- --write docs/performance.md\` measures all of this and writes this page. pullgate and what it is compared with run
in turn, in the same run, on the same processor; each figure is the median of the rounds. Ratios can be compared between machines,
milliseconds and MiB cannot. Counts must be exact, and fail the run when they are not.

\`npm run bench -- --only P4\` measures one goal, \`--quick\` does less of everything, \`--full\` more, and \`--json FILE\` writes all rounds.

${tableOf(run)}

Measured on ${date} at commit ${commit}, ${effort} effort: ${versionText.join(', ')}; ${String(machine.processors)} processors
(${String(machine.processor)}), ${machine.isPinned ? 'what is measured alone on the first one' : 'processes not pinned'}; ${(steal * 100).toFixed(1)} % steal,
load ${String(machine.load)} when it began.

${profilesOf(run)}- *generic Go webhook*: \`bench/reference\`, which decodes a review into \`map[string]any\` and looks up its images in a map.
- *bare Node*: an \`https\` server that parses the review, and allows.
- Reviews have 6 KB. The client keeps at most 25 idle connections, resumes no TLS session, and opens a connection for each call
  beyond them, as the API server does. The latency of an open loop counts from the moment a call was due.
- *kubeconform* reads the same files and finds no schema, so that it downloads nothing.
`;
}
