/**
 * The report for people in a terminal: the workloads with something to say, the problems of the input, one line that sums
 * up. Escape sequences come from one table here; nothing foreign can bring its own.
 */
import { printable } from '../printable.ts';
import type { PullReport, ReportedFinding, ReportedImage, ReportedProblem, ReportedWorkload } from '../pull-report.ts';
import { imageText, withoutImage } from '../sentence.ts';
import { fieldName, placeName, sentencesOf, textOfFinding, workloadName } from './placed-finding.ts';
import { caveatsOf, counted, summaryLineOf } from './summary-line.ts';
import { wrapped } from './wrap.ts';

const ansi = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;
export type Paint = (style: keyof typeof ansi, text: string) => string;
const indent = '      ';

export type TextOptions = {
  readonly color: boolean;
  /** Of the terminal: longer lines are broken between words. */
  readonly columns?: number;
};

export function textOf(report: PullReport, { color, columns }: TextOptions): string {
  const paint = paintWith(color);
  const told = new Map<string, string>();
  const blocks = [
    ...alike(report.results.filter(hasFindings)).map(([first, ...others]) => [
      ...workloadLines(first, told, paint),
      ...othersLine(others),
    ]),
    report.problems.map((problem) => problemLine(problem, paint)),
    summaryLines(report, paint),
  ];
  const written = blocks.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`);
  const text = written.join('\n');
  return columns === undefined ? text : wrapped(text, columns);
}

type Alike = readonly [ReportedWorkload, ...ReportedWorkload[]];

/** Workloads of which the same is to be said, in the order of the first of each. */
function alike(workloads: readonly ReportedWorkload[]): readonly Alike[] {
  const groups = new Map<string, [ReportedWorkload, ...ReportedWorkload[]]>();
  for (const workload of workloads) {
    const { verdict, action, notDeniedBecause, images, findings } = workload;
    const said = images.map((image) => [image.image, fieldName(image), image.findings]);
    const key = JSON.stringify([verdict, action, notDeniedBecause, said, findings]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [workload]);
    else group.push(workload);
  }
  return [...groups.values()];
}

const mostNamed = 5;

/** `  the same in 199 more workloads: Deployment shop/b (k8s/b.yaml:1), …` */
function othersLine(others: readonly ReportedWorkload[]): readonly string[] {
  if (others.length === 0) return [];
  const named = others.slice(0, mostNamed).map((workload) => {
    const { source } = workload.workload;
    return source === undefined
      ? workloadName(workload)
      : `${workloadName(workload)} (${placeName(source.file, source.line)})`;
  });
  const rest = others.length - named.length;
  const list = [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
  return [`  the same in ${counted(others.length, 'more workload')}: ${list}`];
}

export function paintWith(color: boolean): Paint {
  return (style, text) => (color ? `\u001b[${ansi[style]}m${text}\u001b[0m` : text);
}

function hasFindings({ images, findings }: ReportedWorkload): boolean {
  return findings.length > 0 || images.some((image) => image.findings.length > 0);
}

/** What holds for a whole workload while its lines are written. */
type TextContext = {
  readonly name: string;
  readonly isWeighty: (finding: ReportedFinding) => boolean;
  /** Where a finding about an image was told in full: the same about the same image is then told shortly. */
  readonly told: Map<string, string>;
  readonly paint: Paint;
};

function workloadLines(workload: ReportedWorkload, told: Map<string, string>, paint: Paint): readonly string[] {
  const { source } = workload.workload;
  const telling = { name: workloadName(workload), isWeighty: weightyIn(workload), told, paint };
  const place = source === undefined ? [] : [placeName(source.file, source.line)];
  const about = workload.findings.filter(telling.isWeighty);
  const advice = workload.findings.filter((finding) => !telling.isWeighty(finding));
  return [
    [paint('bold', telling.name), ...place, verdictWord(workload, paint)].join('  '),
    ...workload.images.flatMap((image) => imageLines(image, telling)),
    ...about.flatMap((finding) => {
      const [first = '', ...rest] = findingLines(finding, paint);
      return [`  ${symbolOf([finding], paint)} ${first}`, ...rest.map((line) => `${indent}${line}`)];
    }),
    ...advice.map((finding) => adviceLine(finding, paint)),
  ];
}

/** Advice is one dim line, except where it alone is why the workload is denied: then the operator made it a policy. */
function weightyIn(workload: ReportedWorkload): (finding: ReportedFinding) => boolean {
  const all = [...workload.images.flatMap((image) => image.findings), ...workload.findings];
  const isPolicy = workload.verdict === 'deny' && all.every(({ certainty }) => certainty !== 'certain');
  return ({ certainty }) => isPolicy || certainty !== 'advice';
}

function imageHead(image: ReportedImage, weighty: readonly ReportedFinding[], paint: Paint): string {
  const line = image.line === undefined ? '' : `, line ${image.line}`;
  return `  ${symbolOf(weighty, paint)} ${imageText(image.image)}  ${paint('dim', `${fieldName(image)}${line}`)}`;
}

function imageLines(image: ReportedImage, { name, isWeighty, told, paint }: TextContext): readonly string[] {
  const weighty = image.findings.filter(isWeighty);
  const advice = image.findings.filter((finding) => !isWeighty(finding));
  const body = weighty.flatMap((finding) => {
    const key = JSON.stringify([image.image, finding]);
    const before = told.get(key);
    if (before !== undefined) return [`${printable(finding.code)}, as for ${before} above`];
    told.set(key, name);
    return findingLines(finding, paint, image.image);
  });
  return [
    ...(weighty.length > 0 ? [imageHead(image, weighty, paint), ...body.map((text) => `${indent}${text}`)] : []),
    ...advice.map((finding) => adviceLine(finding, paint)),
  ];
}

/** `image`: named in the line above. */
function findingLines(finding: ReportedFinding, paint: Paint, image?: string): readonly string[] {
  const [message = '', ...nextStep] = sentencesOf(finding);
  return [
    `${printable(finding.code)}: ${image === undefined ? message : withoutImage(message, image)}`,
    ...nextStep.map((step) => `  -> ${step}`),
    paint('dim', `  ${predictionOf(finding)}`),
  ];
}

/** `ErrImagePull on 3 of 3 nodes (a, b, c): certain, assuming mirrors=none` */
export function predictionOf({ predictedReason, nodes, certainty, assuming }: ReportedFinding): string {
  const names = nodes?.names.map((name) => printable(name)) ?? [];
  const more = nodes !== undefined && nodes.failing > names.length ? ', …' : '';
  const listed = names.length > 0 ? ` (${names.join(', ')}${more})` : '';
  const where = nodes === undefined ? [] : [`on ${nodes.failing} of ${counted(nodes.candidates, 'node')}${listed}`];
  const reason = predictedReason === undefined ? [] : [printable(predictedReason)];
  const prediction = [...reason, ...where].join(' ');
  const premises = assuming.length === 0 ? '' : `, assuming ${assuming.map((line) => printable(line)).join(', ')}`;
  return `${prediction === '' ? '' : `${prediction}: `}${certainty}${premises}`;
}

function adviceLine(finding: ReportedFinding, paint: Paint): string {
  return paint('dim', `  · ${[printable(finding.code), textOfFinding(finding)].join(': ')}`);
}

export function symbolOf(findings: readonly ReportedFinding[], paint: Paint): string {
  const certainties = findings.map(({ certainty }) => certainty);
  if (certainties.includes('certain')) return paint('red', '✗');
  if (certainties.includes('likely')) return paint('yellow', '✗');
  return paint('yellow', certainties.includes('unconfirmed') ? '?' : '!');
}

function verdictWord({ verdict, action, notDeniedBecause }: ReportedWorkload, paint: Paint): string {
  switch (verdict) {
    case 'deny':
      if (notDeniedBecause !== undefined) return paint('yellow', `not denied because ${printable(notDeniedBecause)}`);
      return paint('red', action === 'deny' ? 'denied' : 'would be denied');
    case 'warn':
      return paint('yellow', 'warned');
    case 'allow':
      return paint('dim', 'allowed');
  }
}

export function problemLine({ file, line, document, reason }: ReportedProblem, paint: Paint): string {
  const inDocument = line === undefined && document !== undefined ? ` (document ${document})` : '';
  return `${paint('bold', placeName(file, line))}${inDocument}: ${printable(reason, 500)}`;
}

function summaryLines(report: PullReport, paint: Paint): readonly string[] {
  const { denied, warned, workloads, complete } = report.summary;
  const line = summaryLineOf(report);
  const isClean = complete && denied + warned + report.problems.length === 0 && workloads > 0;
  return [
    isClean ? paint('green', `✓ ${line}`) : paint('bold', line),
    ...caveatsOf(report).map((caveat) => paint('dim', caveat)),
  ];
}
