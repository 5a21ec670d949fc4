/** What is denied is a failure in every format, be it by an operator's own level; what is only said is none. */
import { describe, expect, test } from 'vitest';
import { githubOf } from '../../../src/report/format/github.ts';
import { gitlabOf } from '../../../src/report/format/gitlab.ts';
import { junitOf } from '../../../src/report/format/junit.ts';
import { sarifOf } from '../../../src/report/format/sarif.ts';
import type { PullReport } from '../../../src/report/pull-report.ts';
import { image, noSecret, notFound, report, workload } from '../reports.ts';

const policy = { ...noSecret, code: 'unpinned-image', verdict: 'deny' } as const;
const byPolicy = { verdict: 'deny', action: 'deny' } as const;

/** Of the first finding. */
function levelsIn(one: PullReport) {
  const [sarif] = (JSON.parse(sarifOf(one)) as { runs: { results: { level: string }[] }[] }).runs[0]?.results ?? [];
  const [gitlab] = JSON.parse(gitlabOf(one)) as { severity: string }[];
  const [, github] = /^::(\w+) /.exec(githubOf(one)) ?? [];
  const [, failures, skipped] = /failures="(\d)" errors="0" skipped="(\d)"/.exec(junitOf(one)) ?? [];
  return [sarif?.level, gitlab?.severity, github, `${failures} failed, ${skipped} skipped`];
}

describe('the level of a finding', () => {
  test.each<readonly [string, PullReport, readonly string[]]>([
    [
      'that is certain',
      report([workload('web', [image('x', [notFound])])]),
      ['error', 'critical', 'error', '1 failed, 0 skipped'],
    ],
    [
      'that is certain, in mode warn',
      report([workload('web', [image('x', [notFound])], { mode: 'warn', action: 'warn' })]),
      ['warning', 'major', 'warning', '0 failed, 1 skipped'],
    ],
    [
      'that is certain, where the configuration lets it through',
      report([
        workload('web', [image('x', [notFound])], { action: 'warn', notDeniedBecause: 'deny.controlledPods is false' }),
      ]),
      ['warning', 'major', 'warning', '0 failed, 1 skipped'],
    ],
    [
      'that is advice',
      report([workload('web', [image('x', [noSecret])])]),
      ['note', 'info', 'notice', '0 failed, 0 skipped'],
    ],
    [
      'that an operator denies',
      report([workload('web', [image('x', [policy])], byPolicy)]),
      ['error', 'critical', 'error', '1 failed, 0 skipped'],
    ],
    [
      'that an operator denies, about the workload',
      report([workload('web', [image('x')], { ...byPolicy, findings: [policy] })]),
      ['error', 'critical', 'error', '1 failed, 0 skipped'],
    ],
  ])('%s', (_, one, expected) => {
    expect(levelsIn(one)).toEqual(expected);
  });
});

test.each([
  ['k8s/größe.yaml', 'k8s/größe.yaml'],
  ['k8s/\u202ea\n.yaml', String.raw`k8s/\u{202e}a\u{a}.yaml`],
])('programs are told the path %j as it is written, and nothing that they could act upon', (file, shown) => {
  const one = report([
    workload('web', [image('x', [notFound])], { workload: { source: { file, document: 1, line: 1 } } }),
  ]);

  expect(githubOf(one)).toContain(`::error file=${shown},line=1,`);
  expect(junitOf(one)).toContain(` file="${shown}" `);
});
