/** JUnit XML: a suite for each workload, a case for each image use. What could not be found out is skipped, not failed. */
import { pathText, printable } from '../printable.ts';
import type { PullReport, ReportedFinding, ReportedImage, ReportedProblem, ReportedWorkload } from '../pull-report.ts';
import { imageText } from '../sentence.ts';
import { actionOn, fieldName, placeName, sentencesOf, workloadName } from './placed-finding.ts';

type Result = 'passed' | 'failure' | 'error' | 'skipped';
type Case = { readonly result: Result; readonly xml: string };
type Suite = { readonly cases: readonly Case[]; readonly xml: string };

export function junitOf(report: PullReport): string {
  const suites = [...report.results.map(suiteOf), ...(report.problems.length > 0 ? [inputSuite(report.problems)] : [])];
  const cases = suites.flatMap((one) => one.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites name="pullgate"${countsOf(cases)}>\n`,
    ...suites.map(({ xml }) => xml),
    '</testsuites>\n',
  ].join('');
}

export type JunitCase = {
  readonly attributes: Record<string, string>;
  readonly result: Result;
  /** Markup; empty for one that passed. */
  readonly child: string;
};

/** One suite, of a report that is no list of images. */
export function junitSuites(name: string, cases: readonly JunitCase[]): string {
  const made = cases.map(({ attributes, result, child }) => testCase(attributes, result, child));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<testsuites name="pullgate"${countsOf(made)}>\n`,
    suite(name, made, '').xml,
    '</testsuites>\n',
  ].join('');
}

function suiteOf(workload: ReportedWorkload): Suite {
  const own = ownCase(workload);
  const cases = [...workload.images.map((image) => caseOf(image, workload)), ...own];
  const about =
    workload.findings.length > 0 && own.length === 0
      ? `    ${junitElement('system-out', {}, detailOf(workload.findings))}\n`
      : '';
  return suite(workloadName(workload), cases, about);
}

function inputSuite(problems: readonly ReportedProblem[]): Suite {
  const cases = problems.map(({ file, line, document, reason }): Case => {
    const name = document === undefined ? placeName(file, line) : `${placeName(file, line)}, document ${document}`;
    const error = junitElement('error', { type: 'unusable-input', message: printable(reason, longest) });
    return testCase({ name, classname: 'input', ...inFile(file, line) }, 'error', error);
  });
  return suite('input', cases, '');
}

/** Names stay apart, so they are not shortened as for people. */
const longest = 2000;

function caseOf(image: ReportedImage, workload: ReportedWorkload): Case {
  const { source } = workload.workload;
  const attributes = {
    name: `${fieldName(image)}: ${imageText(image.image, longest)}`,
    classname: workloadName(workload),
    ...(source && inFile(source.file, image.line ?? source.line)),
  };
  const { notExaminedBecause } = workload;
  if (notExaminedBecause !== undefined)
    return testCase(attributes, 'skipped', junitElement('skipped', { message: notExaminedBecause }));
  const detail = detailOf(image.findings);
  const output = detail === '' ? '' : junitElement('system-out', {}, detail);
  const failing = image.findings.find((finding) => isFailure(finding, workload));
  if (failing !== undefined) return failureOf(attributes, failing, detail);
  const open = image.findings.find(({ certainty }) => certainty !== 'advice');
  if (open === undefined) return testCase(attributes, 'passed', output);
  return testCase(
    attributes,
    'skipped',
    junitElement('skipped', { message: printable(open.message, longest) }),
    output,
  );
}

/** What is denied, and what would fail on a node where the mode is to deny. */
function isFailure(finding: ReportedFinding, workload: ReportedWorkload): boolean {
  const action = actionOn(finding, workload);
  const { certainty } = finding;
  const fails = certainty === 'certain' || certainty === 'likely';
  const isToBeDenied = workload.mode === 'enforce' && workload.notDeniedBecause === undefined;
  return action === 'deny' || (fails && isToBeDenied && action === 'warn');
}

function failureOf(attributes: Record<string, string>, { code, message }: ReportedFinding, detail: string): Case {
  return testCase(
    attributes,
    'failure',
    junitElement('failure', { type: code, message: printable(message, longest) }, detail),
  );
}

/** Findings about the workload are output, unless the operator made them a reason to deny. */
function ownCase(workload: ReportedWorkload): readonly Case[] {
  const failing = workload.findings.find((finding) => isFailure(finding, workload));
  if (failing === undefined) return [];
  const { source } = workload.workload;
  const attributes = {
    name: 'workload',
    classname: workloadName(workload),
    ...(source && inFile(source.file, source.line)),
  };
  return [failureOf(attributes, failing, detailOf(workload.findings))];
}

function inFile(file: string, line: number | undefined): Record<string, string> {
  if (file === '-') return {};
  return { file: pathText(file), ...(line !== undefined && { line: `${line}` }) };
}

/** `manifest-not-found (certain): message` and what to do, a line each. */
function detailOf(findings: readonly ReportedFinding[]): string {
  return findings
    .flatMap((finding) => {
      const [message = '', ...nextStep] = sentencesOf(finding);
      return [`${finding.code} (${finding.certainty}): ${message}`, ...nextStep.map((step) => `  -> ${step}`)];
    })
    .join('\n');
}

function testCase(attributes: Record<string, string>, result: Result, ...children: readonly string[]): Case {
  const inside = children.filter((child) => child !== '').map((child) => `      ${child}\n`);
  const body = inside.length > 0 ? `\n${inside.join('')}    ` : '';
  return { result, xml: `    ${junitElement('testcase', attributes, body, true)}\n` };
}

function suite(name: string, cases: readonly Case[], after: string): Suite {
  const body = cases.map(({ xml }) => xml).join('');
  return { cases, xml: `  <testsuite name="${escaped(name)}"${countsOf(cases)}>\n${body}${after}  </testsuite>\n` };
}

function countsOf(cases: readonly Case[]): string {
  const count = (result: Result) => cases.filter((one) => one.result === result).length;
  return ` tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

export function junitElement(name: string, attributes: Record<string, string>, body = '', isMarkup = false): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const start = `<${name}${written.join('')}`;
  return body === '' ? `${start}/>` : `${start}>${isMarkup ? body : escaped(body)}</${name}>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML 1.0 does not know at all, not even as references, were written out by `printable` before. */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
