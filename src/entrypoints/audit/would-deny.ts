import type { PullReport, ReportedWorkload } from '../../report/pull-report.ts';

/** What mode enforce would deny, whatever the mode of the namespace is now; nothing of what else was found. */
export function wouldDeny(report: PullReport): PullReport {
  const denied = report.results.filter(
    ({ verdict, mode, notDeniedBecause }) => verdict === 'deny' && mode !== 'off' && !notDeniedBecause,
  );
  return { ...report, results: denied.map(withReasonsAlone) };
}

function withReasonsAlone(workload: ReportedWorkload): ReportedWorkload {
  const findings = [...workload.images.flatMap((image) => image.findings), ...workload.findings];
  // Where nothing is certain, the operator made a policy of advice.
  const isCertain = findings.some(({ certainty }) => certainty === 'certain');
  const isReason = ({ certainty }: (typeof findings)[number]) => certainty === 'certain' || !isCertain;
  const images = workload.images.map((image) => ({ ...image, findings: image.findings.filter(isReason) }));
  return {
    ...workload,
    action: 'deny',
    images: images.filter((image) => image.findings.length > 0),
    findings: workload.findings.filter(isReason),
  };
}
