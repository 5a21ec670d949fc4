/** GitLab's code quality report. */
import type { PullReport, ReportedFinding } from '../pull-report.ts';
import { fingerprintsOf, fnv1a64 } from './fingerprint.ts';
import { fileOf, lineOf, placedFindings } from './placed-finding.ts';

export function gitlabOf(report: PullReport): string {
  const placed = placedFindings(report);
  const fingerprints = fingerprintsOf(placed);
  const findings = placed.map((found, index) => ({
    description: `${found.finding.message}; ${found.finding.nextStep}`,
    check_name: found.finding.code,
    fingerprint: fingerprints[index],
    severity: severityOf(found.finding),
    location: { path: fileOf(found) ?? 'stdin', lines: { begin: lineOf(found) ?? 1 } },
  }));
  const problems = report.problems.map(({ file, line, reason }) => ({
    description: reason,
    check_name: 'unreadable-input',
    fingerprint: fnv1a64(JSON.stringify(['unreadable-input', file, line ?? 0, reason])),
    severity: 'blocker',
    location: { path: file === '-' ? 'stdin' : file, lines: { begin: line ?? 1 } },
  }));
  return `${JSON.stringify([...findings, ...problems], undefined, 2)}\n`;
}

function severityOf({ certainty }: ReportedFinding): 'critical' | 'major' | 'minor' | 'info' {
  switch (certainty) {
    case 'certain':
      return 'critical';
    case 'likely':
      return 'major';
    case 'unconfirmed':
      return 'minor';
    case 'advice':
      return 'info';
  }
}
