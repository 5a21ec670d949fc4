/** Workflow commands for GitHub Actions: annotations at the lines of a pull request. */
import type { Certainty } from '../../core/finding/finding.ts';
import { catalogueEntryOf } from '../finding-code.ts';
import { pathText, printable } from '../printable.ts';
import type { PullReport, ReportedProblem } from '../pull-report.ts';
import { type FindingGroup, groupedFindings } from './grouped-findings.ts';
import { actionOn, fileOf, lineOf, type PlacedFinding, sentencesOf, workloadName } from './placed-finding.ts';
import { counted, summaryLineOf } from './summary-line.ts';

type Level = 'error' | 'warning' | 'notice';
type Annotation = { readonly level: Level; readonly command: string };

const annotationLevels: Readonly<Record<Certainty, Level>> = {
  certain: 'error',
  likely: 'warning',
  unconfirmed: 'warning',
  advice: 'notice',
};

/** GitHub shows ten of each level in a step; one notice is kept for the count of the rest. */
const shown: Readonly<Record<Level, number>> = { error: 10, warning: 10, notice: 9 };

/** Findings first: files that cannot be read take only what findings leave of the ten. Ends with the summary as a plain line of the log. */
export function githubOf(report: PullReport): string {
  const problems = [...Map.groupBy(report.problems, ({ reason }) => reason).values()];
  const all = [...groupedFindings(report).map(annotationOf), ...problems.flatMap(problemOf)];
  const listed = (['error', 'warning', 'notice'] as const).flatMap((level) =>
    all.filter((annotation) => annotation.level === level).slice(0, shown[level]),
  );
  const rest = all.length - listed.length;
  const note = `${counted(rest, 'more annotation')} not shown here; the summary and the other formats have all of them`;
  return [
    ...listed.map((annotation) => annotation.command),
    ...(rest > 0 ? [commandOf('notice', { title: 'pullgate' }, note)] : []),
    summaryLineOf(report),
    '',
  ].join('\n');
}

function annotationOf({ first, count }: FindingGroup): Annotation {
  const { finding, of } = first;
  const title = `${catalogueEntryOf(finding.code)?.title ?? finding.reason} (${finding.code})`;
  const more = count > 1 ? ` and ${counted(count - 1, 'more place')}` : '';
  const lines = [...sentencesOf(finding), `In ${workloadName(of)}${more}.`];
  const level = levelOf(first);
  return { level, command: commandOf(level, { ...inFile(fileOf(first), lineOf(first)), title }, lines.join('\n')) };
}

/** An error is what is denied; what is certain, but denies nothing here, is a warning. */
function levelOf({ finding, of }: PlacedFinding): Level {
  if (actionOn(finding, of) === 'deny') return 'error';
  return finding.certainty === 'certain' ? 'warning' : annotationLevels[finding.certainty];
}

/** Of equal reasons one, at the first place. */
function problemOf([first, ...others]: readonly ReportedProblem[]): readonly Annotation[] {
  if (first === undefined) return [];
  const { file, line, reason } = first;
  const properties = { ...inFile(file === '-' ? undefined : file, line), title: 'Input that could not be used' };
  const more = others.length > 0 ? [`The same in ${counted(others.length, 'more place')}.`] : [];
  return [{ level: 'error', command: commandOf('error', properties, [printable(reason, 1000), ...more].join('\n')) }];
}

function inFile(file: string | undefined, line: number | undefined): Record<string, string> {
  if (file === undefined) return {};
  const path = file.startsWith('./') ? file.slice(2) : file;
  return { file: pathText(path), ...(line !== undefined && { line: `${line}` }) };
}

/** Written as the toolkit of Actions does (`@actions/core`, command.ts). */
function commandOf(level: Level, properties: Record<string, string>, message: string): string {
  const written = Object.entries(properties).map(([key, value]) => `${key}=${propertyEscaped(value)}`);
  return `::${level} ${written.join(',')}::${escaped(message)}`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function propertyEscaped(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
