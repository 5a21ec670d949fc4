/** The comparison as a table, for a terminal and for docs/agreement.md. */
import { rowsWithoutAScene } from '../scenarios/rows-without-a-scene.ts';
import { findsOf, type Judgement, type Row } from './judge-agreement.ts';
import { laneNames, type Outcome } from './lanes/lane.ts';
import { totalsOf, wrongScenes } from './usual-ways/compare-ways.ts';
import { wayNames } from './usual-ways/usual-ways.ts';

export type JudgedRow = { readonly row: Row; readonly judgement: Judgement };

function outcomeText(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '-';
  // From kubelet 1.33 on the reason of an undecodable Secret is the raw error text.
  return outcome.outcome === 'pulled' ? 'pulled' : outcome.reason.slice(0, 24);
}

function cellsOf({ row, judgement }: JudgedRow): readonly string[] {
  const { scenario, foretold, nodes } = row;
  const [one, two] = [foretold.byGeneration['1.7'], foretold.byGeneration['2.4']];
  const findings = [...new Set([findsOf(one).join(', ') || 'nothing', findsOf(two).join(', ') || 'nothing'])].join(
    ' / ',
  );
  const isWrong = judgement.falseDenials.length + judgement.falsePasses.length + judgement.surprises.length > 0;
  const verdict = isWrong ? 'NO' : judgement.agreements > 0 ? 'yes' : 'undecided';
  return [
    scenario.name,
    scenario.rows.join(' '),
    findings,
    ...laneNames.map((lane) => outcomeText(nodes[lane])),
    verdict,
  ];
}

const headings = ['scene', 'rows', 'pullgate (1.7 / 2.4)', ...laneNames, 'agree'];

export function tableOf(judged: readonly JudgedRow[]): string {
  const rows = [headings, ...judged.map(cellsOf)];
  const widths = headings.map((_heading, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The totals of the usual ways to check, as lines of Markdown. */
export function waysTable(rows: readonly Row[]): readonly string[] {
  return [
    '| way | agreements | false denials | false passes | crashes |',
    '|---|---|---|---|---|',
    ...wayNames.map((way) => {
      const { agreements, falseDenials, falsePasses, crashes } = totalsOf(way, rows);
      return `| ${way} | ${agreements} | ${falseDenials} | ${falsePasses} | ${crashes} |`;
    }),
  ];
}

function usualWays(judged: readonly JudgedRow[]): readonly string[] {
  const rows = judged.map(({ row }) => row);
  return [
    '## The usual ways to check',
    '',
    'The same scenes, asked with `crane manifest --platform linux/amd64 IMAGE` (0.22.1) and with `getManifest` of the npm package',
    '`docker-registry-client` (3.4.0), each in a process of its own, with the first pull Secret of the Pod as its login. Each',
    'failure counts as a denial, as it does for a step of a pipeline. A crash is an exception that kills the process, or no answer',
    'in 20 s. The figures count outcomes of nodes, as above.',
    '',
    ...waysTable(rows),
    '',
    'Where they are wrong about at least one node:',
    '',
    `| scene | ${wayNames.join(' | ')} |`,
    `|---|${wayNames.map(() => '---').join('|')}|`,
    ...wrongScenes(rows).map((cells) => `| ${cells.map(inCell).join(' | ')} |`),
    '',
  ];
}

/** Error texts of other programs, which hold whatever a registry says. */
function inCell(text: string): string {
  const short = text.length > 120 ? `${text.slice(0, 119)}…` : text;
  return short.replaceAll(/[|<>\n\r]/g, ' ').replaceAll(/127(?:\.\d+){3}/g, '127.x.x.x');
}

export function agreementPage(judged: readonly JudgedRow[]): string {
  const total = (key: 'agreements' | 'undecided') => judged.reduce((sum, { judgement }) => sum + judgement[key], 0);
  const count = (key: 'falseDenials' | 'falsePasses') =>
    judged.reduce((sum, { judgement }) => sum + judgement[key].length, 0);
  const undecided = judged.filter(({ row }) => row.scenario.undecidable !== undefined);
  return [
    '# Agreement with real nodes',
    '',
    'What pullgate says of each scene, and what real nodes make of it: containerd 1.7.35 (local pull) and 2.4.2 (transfer service), asked as the',
    'kubelet asks them, and kubelet 1.36.3 on both. `npm run test:nodes` plays the scenes again; this page is written by',
    '`npm run test:nodes -- --write docs/agreement.md`.',
    '',
    `${judged.length} scenes: ${total('agreements')} agreements, ${count('falseDenials')} false denials, ${count('falsePasses')} false passes,`,
    `${total('undecided')} outcomes of nodes that pullgate leaves undecided.`,
    '',
    `| ${headings.join(' | ')} |`,
    `|${headings.map(() => '---').join('|')}|`,
    ...judged.map((row) => `| ${cellsOf(row).join(' | ')} |`),
    '',
    ...usualWays(judged),
    '## Scenes that pullgate leaves undecided although a node decides',
    '',
    '| scene | because |',
    '|---|---|',
    ...undecided.map(({ row }) => `| ${row.scenario.name} | ${row.scenario.undecidable} |`),
    '',
    '## How the rules are guarded',
    '',
    'Single changes to the rules and to the dialogue with registries must be noticed by the compiler or by a test. Those that no',
    'test can notice are named in [mutants.md](mutants.md), each with its reason; `npm run test:mutants` looks for others.',
    '',
    '## Pitfalls without a scene on nodes',
    '',
    '| row | because, and where it is tested |',
    '|---|---|',
    ...Object.entries(rowsWithoutAScene).map(([row, reason]) => `| ${row} | ${reason} |`),
    '',
  ].join('\n');
}
