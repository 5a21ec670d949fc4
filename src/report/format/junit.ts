/** JUnit XML as build servers read it: a suite a workload, a case an image. */
import type { PullReport, ReportedFinding, ReportedImage, ReportedProblem, ReportedWorkload } from '../pull-report.ts';
import { fieldName, workloadName } from './placed-finding.ts';

export function junitOf(report: PullReport): string {
  const suites = report.results.map(suiteOf);
  const problems = report.problems.length === 0 ? [] : [problemSuite(report.problems)];
  const all = [...suites, ...problems];
  const sum = (key: 'tests' | 'failures' | 'errors' | 'skipped') => all.reduce((total, suite) => total + suite[key], 0);
  const counts = `tests="${sum('tests')}" failures="${sum('failures')}" errors="${sum('errors')}" skipped="${sum('skipped')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="pullgate" ${counts}>`,
    ...all.flatMap(({ lines }) => lines),
    '</testsuites>',
    '',
  ].join('\n');
}

type Suite = {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
  readonly lines: readonly string[];
};

function suiteOf(reported: ReportedWorkload): Suite {
  const { images, findings } = reported;
  const countOf = (outcome: ReportedImage['outcome']) => images.filter((image) => image.outcome === outcome).length;
  const counts = { tests: images.length, failures: countOf('unpullable'), errors: 0, skipped: countOf('unconfirmed') };
  const name = workloadName(reported);
  const about = findings.map(sentenceOf).join('\n');
  return {
    ...counts,
    lines: [
      `  <testsuite name="${escaped(name)}" tests="${counts.tests}" failures="${counts.failures}" errors="0" skipped="${counts.skipped}">`,
      ...images.flatMap((image) => caseOf(image, name)),
      ...(about === '' ? [] : [`    <system-out>${escaped(about)}</system-out>`]),
      '  </testsuite>',
    ],
  };
}

function caseOf(image: ReportedImage, suite: string): readonly string[] {
  const [first, ...others] = image.findings.filter(({ certainty }) => certainty !== 'advice');
  const advice = image.findings.filter(({ certainty }) => certainty === 'advice').map(sentenceOf);
  const open = `    <testcase classname="${escaped(suite)}" name="${escaped(`${fieldName(image)}: ${image.image}`)}"`;
  const body = [
    ...verdictLines(image, first, others),
    ...(advice.length === 0 ? [] : [`      <system-out>${escaped(advice.join('\n'))}</system-out>`]),
  ];
  return body.length === 0 ? [`${open}/>`] : [`${open}>`, ...body, '    </testcase>'];
}

function verdictLines(
  { outcome }: ReportedImage,
  first: ReportedFinding | undefined,
  others: readonly ReportedFinding[],
): readonly string[] {
  if (outcome === 'unconfirmed') return [`      <skipped message="${escaped(first?.message ?? 'not examined')}"/>`];
  if (outcome !== 'unpullable' || first === undefined) return [];
  const text = [first, ...others].map(sentenceOf).join('\n');
  return [
    `      <failure type="${escaped(first.code)}" message="${escaped(first.message)}">${escaped(text)}</failure>`,
  ];
}

function problemSuite(problems: readonly ReportedProblem[]): Suite {
  const counts = { tests: problems.length, failures: 0, errors: problems.length, skipped: 0 };
  return {
    ...counts,
    lines: [
      `  <testsuite name="input" tests="${problems.length}" failures="0" errors="${problems.length}" skipped="0">`,
      ...problems.flatMap(({ file, line, reason }) => [
        `    <testcase classname="input" name="${escaped(line === undefined ? file : `${file}:${line}`)}">`,
        `      <error type="unreadable-input" message="${escaped(reason)}"/>`,
        '    </testcase>',
      ]),
      '  </testsuite>',
    ],
  };
}

function sentenceOf({ message, nextStep, code, certainty }: ReportedFinding): string {
  return `${message} [${code}, ${certainty}]\n${nextStep}`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** XML 1.0 has no way at all to write most control characters: they are replaced. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}')
    .replaceAll(/[&<>"\n]/g, (character) => entities[character] ?? character);
}
