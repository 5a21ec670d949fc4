/** The summary page of a GitHub Actions step (`$GITHUB_STEP_SUMMARY`), in GitHub's Markdown. */
import type { Certainty } from '../../core/finding/finding.ts';
import { printable } from '../printable.ts';
import type { PullReport, ReportedProblem } from '../pull-report.ts';
import { imageText, withoutImage } from '../sentence.ts';
import { type FindingGroup, groupedFindings } from './grouped-findings.ts';
import { fieldName, lineOf, placeName, sentencesOf, workloadName } from './placed-finding.ts';
import { caveatsOf, counted, summaryLineOf } from './summary-line.ts';

/** GitHub drops a summary of more than 1 MiB altogether: rows and cells are bounded. */
const mostRows = 100;
const longest = 500;
const order: readonly Certainty[] = ['certain', 'likely', 'unconfirmed', 'advice'];

export function stepSummaryOf(report: PullReport): string {
  const groups = groupedFindings(report);
  const sorted = order.flatMap((certainty) => groups.filter(({ first }) => first.finding.certainty === certainty));
  const blocks = [
    ['### pullgate'],
    [escaped(summaryLineOf(report))],
    ...table(['Certainty', 'Workload', 'Image', 'Finding', 'What to do'], sorted.map(findingRow), 'finding'),
    ...table(['Input that could not be used', 'Reason'], report.problems.map(problemRow), 'problem'),
    caveatsOf(report).map((caveat) => `- ${escaped(caveat)}`),
  ];
  const written = blocks.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`);
  return written.join('\n');
}

type Row = readonly string[];

function table(head: Row, rows: readonly Row[], noun: string): readonly (readonly string[])[] {
  if (rows.length === 0) return [];
  const lines = [head, head.map(() => '---'), ...rows.slice(0, mostRows)].map((cells) => `| ${cells.join(' | ')} |`);
  const rest = rows.length - mostRows;
  return rest > 0 ? [lines, [`… and ${counted(rest, `more ${noun}`)}.`]] : [lines];
}

function findingRow({ first, count }: FindingGroup): Row {
  const { finding, of, image } = first;
  const { source } = of.workload;
  const place = source === undefined ? [] : [code(placeName(source.file, lineOf(first)))];
  const more = count > 1 ? [`and ${counted(count - 1, 'more place')}`] : [];
  const [message = '', nextStep = ''] = sentencesOf(finding);
  const said = image === undefined ? message : withoutImage(message, image.image);
  return [
    finding.certainty,
    [code(workloadName(of)), ...place, ...more].join('<br>'),
    image === undefined ? '' : `${code(imageText(image.image))}<br>${escaped(fieldName(image))}`,
    `${code(finding.code)}<br>${escaped(printable(said, longest))}`,
    escaped(printable(nextStep, longest)),
  ];
}

function problemRow({ file, line, reason }: ReportedProblem): Row {
  return [code(placeName(file, line)), escaped(printable(reason, longest))];
}

/** In code GitHub looks neither for mentions nor for issues; entities are read there all the same. */
function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}

/** As entities: what means something to Markdown, tables or HTML, and what would make a link of a foreign text. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>&|~#@$!]|(?<=:)\/|(?<=www)\./gi, (character) => `&#${character.charCodeAt(0)};`);
}
