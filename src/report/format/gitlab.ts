/** GitLab Code Quality: a JSON array; a finding is known again in a merge request by its fingerprint. */
import type { Certainty } from '../../core/finding/finding.ts';
import { printable } from '../printable.ts';
import type { PullReport, ReportedProblem } from '../pull-report.ts';
import { fingerprintsOf, fnv1a64 } from './fingerprint.ts';
import { jsonText } from './json.ts';
import { actionOn, fileOf, lineOf, type PlacedFinding, placedFindings, textOfFinding } from './placed-finding.ts';

const severities: Readonly<Record<Certainty, string>> = {
  certain: 'critical',
  likely: 'major',
  unconfirmed: 'minor',
  advice: 'info',
};

export function gitlabOf(report: PullReport): string {
  const placed = placedFindings(report);
  const fingerprints = fingerprintsOf(placed);
  const issues = placed.map((one, index) => issueOf(one, fingerprints[index] ?? ''));
  return jsonText([...issues, ...report.problems.map(problemOf)]);
}

function issueOf(placed: PlacedFinding, fingerprint: string): object {
  const { finding, of } = placed;
  const { kind, namespace, name } = of.workload;
  return {
    description: textOfFinding(finding),
    check_name: finding.code,
    fingerprint,
    severity: severityOf(placed),
    location: {
      // A path is required; what was read from no file is named by what it is.
      path: withoutDot(fileOf(placed) ?? of.workload.source?.template ?? `${namespace}/${kind}/${name}`),
      lines: { begin: lineOf(placed) ?? 1 },
    },
  };
}

/** Critical is what is denied; what is certain, but denies nothing here, is major. */
function severityOf({ finding, of }: PlacedFinding): string {
  if (actionOn(finding, of) === 'deny') return severities.certain;
  return finding.certainty === 'certain' ? severities.likely : severities[finding.certainty];
}

function problemOf({ file, document, line, reason }: ReportedProblem, index: number): object {
  return {
    description: printable(reason, 1000),
    check_name: 'unusable-input',
    fingerprint: fnv1a64(JSON.stringify(['unusable-input', file, document ?? 0, index])),
    severity: 'blocker',
    location: { path: file === '-' ? 'stdin' : withoutDot(file), lines: { begin: line ?? 1 } },
  };
}

/** GitLab compares paths as git writes them, without a leading `./`. */
function withoutDot(path: string): string {
  return path.startsWith('./') ? path.slice(2) : path;
}
