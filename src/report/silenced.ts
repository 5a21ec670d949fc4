/** A report without the findings that do not count: those that a workload asks to ignore, and those of a baseline. */
import { actionOf, type Verdict } from '../core/verdict/verdict.ts';
import { fingerprintsOf } from './format/fingerprint.ts';
import { type PlacedFinding, placedFindings } from './format/placed-finding.ts';
import type { PullReport, ReportedFinding, ReportedWorkload } from './pull-report.ts';

/** @param baseline fingerprints; absent where none was given */
export function withoutSilencedFindings(report: PullReport, baseline: ReadonlySet<string> | undefined): PullReport {
  const placed = placedFindings(report);
  const fingerprints = fingerprintsOf(placed);
  const ignored = new Set(placed.filter(isIgnored).map(({ finding }) => finding));
  const known = new Set(
    placed
      .filter((one, index) => !isIgnored(one) && baseline?.has(fingerprints[index] ?? ''))
      .map(({ finding }) => finding),
  );
  if (ignored.size + (baseline?.size ?? 0) === 0) return report;
  const found = new Set(fingerprints);
  const isHeard = (finding: ReportedFinding) => !ignored.has(finding) && !known.has(finding);
  const results = report.results.map((workload) => withFindings(workload, isHeard));
  return {
    ...report,
    results,
    summary: {
      ...report.summary,
      denied: results.filter(({ verdict }) => verdict === 'deny').length,
      warned: results.filter(({ verdict }) => verdict === 'warn').length,
      unconfirmed: results
        .flatMap(({ images }) => images)
        .filter(({ outcome, isSilenced }) => outcome === 'unconfirmed' && isSilenced !== true).length,
      ignored: ignored.size,
      ...(baseline && {
        known: known.size,
        resolved: [...baseline].filter((fingerprint) => !found.has(fingerprint)).length,
      }),
    },
  };
}

function isIgnored({ finding, of }: PlacedFinding): boolean {
  return of.ignoredCodes?.includes(finding.code) === true;
}

function withFindings(workload: ReportedWorkload, isHeard: (finding: ReportedFinding) => boolean): ReportedWorkload {
  const { notDeniedBecause, ...rest } = workload;
  const images = workload.images.map((image) => {
    const findings = image.findings.filter(isHeard);
    if (findings.length === image.findings.length) return image;
    return { ...image, findings, ...(findings.length === 0 && { isSilenced: true as const }) };
  });
  const findings = workload.findings.filter(isHeard);
  const verdict = gravest([...images.flatMap((image) => image.findings), ...findings]);
  const isLetThrough = notDeniedBecause !== undefined && verdict === 'deny';
  return {
    ...rest,
    ...(isLetThrough && { notDeniedBecause }),
    verdict,
    action: actionOf(isLetThrough ? 'warn' : verdict, workload.mode),
    images,
    findings,
  };
}

function gravest(findings: readonly ReportedFinding[]): Verdict {
  const verdicts = findings.map(({ verdict }) => verdict);
  if (verdicts.includes('deny')) return 'deny';
  return verdicts.includes('warn') ? 'warn' : 'allow';
}
