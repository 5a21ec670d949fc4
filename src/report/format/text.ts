/**
 * The report for people in a terminal: the workloads with something to say, the problems of the input, one line that sums
 * up. Escape sequences come from one table here; nothing foreign can bring its own.
 */
import { printable } from '../printable.ts';
import type { PullReport, ReportedFinding, ReportedImage, ReportedWorkload } from '../pull-report.ts';
import { placeName, workloadName } from './placed-finding.ts';
import { caveatsOf, summaryLineOf } from './summary-line.ts';

const ansi = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;
type Paint = (style: keyof typeof ansi, text: string) => string;

export function textOf(report: PullReport, { color }: { readonly color: boolean }): string {
  const paint: Paint = (style, text) => (color ? `\u001b[${ansi[style]}m${text}\u001b[0m` : text);
  const blocks = report.results.map((workload) => workloadLines(workload, paint));
  const problems = report.problems.map(
    ({ file, line, reason }) => `${paint('red', 'x')} ${placeName(file, line)}: ${printable(reason, longestReason)}`,
  );
  return [...blocks, problems, summaryLines(report, paint)]
    .filter((block) => block.length > 0)
    .map((block) => `${block.join('\n')}\n`)
    .join('\n');
}

const longestReason = 1000;

function workloadLines(reported: ReportedWorkload, paint: Paint): readonly string[] {
  const { images, findings, workload } = reported;
  const lines = [
    ...images.flatMap((image) => image.findings.flatMap((finding) => findingLines(finding, image, paint))),
    ...findings.flatMap((finding) => findingLines(finding, undefined, paint)),
  ];
  if (lines.length === 0) return [];
  const { source } = workload;
  const place = source === undefined ? '' : `  ${placeName(source.file, source.line)}`;
  return [`${paint('bold', workloadName(reported))}${place}  ${verdictWord(reported, paint)}`, ...lines];
}

function verdictWord({ verdict, action, mode }: ReportedWorkload, paint: Paint): string {
  if (action === 'deny') return paint('red', 'denied');
  if (verdict === 'deny') return paint('yellow', `would be denied (mode ${mode})`);
  return verdict === 'warn' ? paint('yellow', 'warned') : paint('green', 'allowed');
}

/** Advice takes a line, everything else says also what the kubelet would show and what to do. */
function findingLines(finding: ReportedFinding, image: ReportedImage | undefined, paint: Paint): readonly string[] {
  const { code, certainty, message, nextStep, predictedReason } = finding;
  const where = image?.line === undefined ? '' : `line ${image.line}: `;
  const line = `${where}${message} [${code}]`;
  if (certainty === 'advice') return [`  ${paint('dim', `- ${line}`)}`, `      ${paint('dim', nextStep)}`];
  const would = predictedReason === undefined ? certainty : `${certainty}, ${predictedReason}`;
  return [`  ${symbolOf(certainty, paint)} ${line}`, `      ${paint('dim', `${would}; `)}${nextStep}`];
}

function symbolOf(certainty: ReportedFinding['certainty'], paint: Paint): string {
  switch (certainty) {
    case 'certain':
      return paint('red', 'x');
    case 'likely':
      return paint('yellow', '!');
    case 'unconfirmed':
      return paint('yellow', '?');
    case 'advice':
      return '-';
  }
}

function summaryLines(report: PullReport, paint: Paint): readonly string[] {
  const { denied, warned, unconfirmed } = report.summary;
  const isClean = denied + warned + unconfirmed === 0 && report.problems.length === 0;
  const line = summaryLineOf(report);
  return [isClean ? paint('green', line) : line, ...caveatsOf(report)];
}
