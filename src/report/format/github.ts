/** Annotations at the lines of the manifests, and the summary of a job, for GitHub Actions. */
import { printable } from '../printable.ts';
import type { PullReport, ReportedFinding } from '../pull-report.ts';
import { fileOf, lineOf, type PlacedFinding, placedFindings, placeName, workloadName } from './placed-finding.ts';
import { caveatsOf, summaryLineOf } from './summary-line.ts';

/** GitHub shows ten of each level a step, and drops the rest without a word. */
const mostShown = 10;

export function githubOf(report: PullReport): string {
  const levels = { error: [] as string[], warning: [] as string[], notice: [] as string[] };
  for (const { file, line, reason } of report.problems)
    levels.error.push(commandOf('error', { ...placeOf(file, line), title: 'unreadable input' }, reason));
  for (const group of groupsOf(placedFindings(report))) {
    const level = levelOf(group.first.finding);
    levels[level].push(annotationOf(level, group));
  }
  const shown = Object.values(levels).flatMap((lines) => lines.slice(0, mostShown));
  const rest = Object.values(levels).reduce((sum, lines) => sum + Math.max(0, lines.length - mostShown), 0);
  const more = rest === 0 ? '' : `; ${rest} more annotations are in the summary of the job, where it is set`;
  return `${[...shown, `${summaryLineOf(report)}${more}`].join('\n')}\n`;
}

/** The same about the same image, in several places, is one annotation. */
type Group = { readonly first: PlacedFinding; readonly others: number };

function groupsOf(placed: readonly PlacedFinding[]): readonly Group[] {
  const groups = Map.groupBy(placed, ({ finding, image }) =>
    JSON.stringify([finding.code, finding.message, image?.image]),
  );
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ first, others: others.length }],
  );
}

function annotationOf(level: 'error' | 'warning' | 'notice', { first, others }: Group): string {
  const { message, nextStep, code } = first.finding;
  const elsewhere = others === 0 ? '' : `\n(and in ${others} more ${others === 1 ? 'place' : 'places'})`;
  const properties = { ...placeOf(fileOf(first), lineOf(first)), title: `${code}: ${workloadName(first.of)}` };
  return commandOf(level, properties, `${message}\n${nextStep}${elsewhere}`);
}

function placeOf(file: string | undefined, line: number | undefined): Readonly<Record<string, string>> {
  if (file === undefined || file === '-') return {};
  return { file, ...(line !== undefined && { line: String(line) }) };
}

function levelOf({ certainty }: ReportedFinding): 'error' | 'warning' | 'notice' {
  switch (certainty) {
    case 'certain':
      return 'error';
    case 'likely':
    case 'unconfirmed':
      return 'warning';
    case 'advice':
      return 'notice';
  }
}

/** A workflow command; what ends one, or starts another, is escaped as the runner's toolkit does. */
function commandOf(level: string, properties: Readonly<Record<string, string>>, message: string): string {
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(value)}`);
  return `::${level}${written.length === 0 ? '' : ` ${written.join(',')}`}::${escapedMessage(message)}`;
}

function escapedMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** For `$GITHUB_STEP_SUMMARY`. */
export function stepSummaryOf(report: PullReport): string {
  const rows = placedFindings(report).map(({ finding, of, image }) => {
    const { source } = of.workload;
    const place = source === undefined ? '' : placeName(source.file, image?.line ?? source.line);
    return `| ${[workloadName(of), place, finding.certainty, finding.code, finding.message, finding.nextStep].map(cell).join(' | ')} |`;
  });
  const table =
    rows.length === 0
      ? []
      : ['', '| workload | place | certainty | code | finding | next step |', '|---|---|---|---|---|---|', ...rows];
  const problems = report.problems.map(({ file, line, reason }) => `- ${cell(`${placeName(file, line)}: ${reason}`)}`);
  const lines = [
    '## pullgate',
    '',
    cell(summaryLineOf(report)),
    ...caveatsOf(report).map((text) => `\n${cell(text)}`),
    ...table,
  ];
  return `${[...lines, ...(problems.length === 0 ? [] : ['', ...problems]), ''].join('\n')}\n`;
}

/** Nothing foreign may be Markdown or HTML. */
function cell(text: string): string {
  return printable(text, 1000).replaceAll(/[\\`*_{}[\]<>|~#&!]/g, (character) => `&#${character.charCodeAt(0)};`);
}
