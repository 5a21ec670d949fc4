import type { PullReport } from '../pull-report.ts';

/** What a report comes to, in one line: `3 workloads, 5 images: 1 denied, 1 warned, 1 image unconfirmed`. */
export function summaryLineOf({ summary, results, problems }: PullReport): string {
  const { workloads, images, denied, warned, unconfirmed } = summary;
  if (workloads === 0) return problems.length === 0 ? 'no workloads in the input' : 'no workloads could be checked';
  const rejected = results.filter(({ action }) => action === 'deny').length;
  const letThrough = results.filter(({ notDeniedBecause }) => notDeniedBecause !== undefined).length;
  const wouldBe = denied - rejected - letThrough;
  const parts = [
    ...(rejected > 0 ? [`${rejected} denied`] : []),
    ...(wouldBe > 0 ? [`${wouldBe} would be denied`] : []),
    ...(letThrough > 0 ? [`${letThrough} let through`] : []),
    ...(warned > 0 ? [`${warned} warned`] : []),
    ...(unconfirmed > 0 ? [`${counted(unconfirmed, 'image')} unconfirmed`] : []),
  ];
  const outcome = parts.length > 0 ? parts.join(', ') : 'nothing denied, nothing warned';
  return `${counted(workloads, 'workload')}, ${counted(images, 'image')}: ${outcome}`;
}

/** What a reader must know to read the summary right: what was not looked at, and why. */
export function caveatsOf({ summary, results, problems }: PullReport): readonly string[] {
  const { workloads, complete, skipped, platformsJudged, platformsNotJudgedBecause } = summary;
  const exempt = results.flatMap(({ notExaminedBecause: why }) => (why === undefined ? [] : [why]));
  return [
    ...[...new Set(exempt)].map(
      (why) => `${counted(exempt.filter((other) => other === why).length, 'workload')} not examined: ${why}`,
    ),
    ...(platformsJudged || exempt.length === workloads
      ? []
      : [`platforms were not judged: ${platformsNotJudgedBecause ?? 'no Node objects and no --platform'}`]),
    ...(problems.length > 0 ? [`incomplete: ${counted(problems.length, 'problem')} in the input`] : []),
    ...(!complete && problems.length === 0 ? ['incomplete: the time ran out before everything was examined'] : []),
    ...(skipped > 0 ? [`skipped: ${counted(skipped, 'object')} without apiVersion or kind`] : []),
  ];
}

/** `1 image`, `2 images` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
