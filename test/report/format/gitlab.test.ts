import { expect, test } from 'vitest';
import { gitlabOf } from '../../../src/report/format/gitlab.ts';
import { image, mixed, notFound, report, workload } from '../reports.ts';

test('one issue a finding, one a problem of the input', () => {
  const issues = JSON.parse(gitlabOf(mixed));
  expect(issues[0]).toEqual({
    description: 'nginx:latestt does not exist in docker.io.. Write nginx:latest.',
    check_name: 'manifest-not-found',
    fingerprint: '595dc37a55fc256a',
    severity: 'critical',
    location: { path: 'k8s/web.yaml', lines: { begin: 21 } },
  });
  expect(issues.map((issue: { severity: string }) => issue.severity)).toEqual([
    'critical',
    'major',
    'info',
    'minor',
    'major',
    'blocker',
  ]);
  expect(issues[3].location).toEqual({ path: 'shop/CronJob/job', lines: { begin: 40 } });
  expect(issues[5]).toMatchObject({
    check_name: 'unusable-input',
    location: { path: 'k8s/bad.yaml', lines: { begin: 7 } },
  });
  expect(new Set(issues.map((issue: { fingerprint: string }) => issue.fingerprint)).size).toBe(6);
});

test('paths are as git writes them', () => {
  const one = workload('web', [image('x', [notFound])], {
    workload: { source: { file: './a b.yaml', document: 1, line: 2 } },
  });
  expect(JSON.parse(gitlabOf(report([one])))[0].location).toEqual({ path: 'a b.yaml', lines: { begin: 2 } });
});

test('nothing found is an empty array', () => {
  expect(gitlabOf(report([]))).toBe('[]\n');
});
