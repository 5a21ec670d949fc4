/** What would not come back, as JUnit XML: a case for each workload. */
import { printable } from '../printable.ts';
import type { WhatIfReport, WhatIfWorkload } from '../what-if-report.ts';
import { junitElement, junitSuites } from './junit.ts';
import { nameOf, whatIfSummaryOf } from './what-if-text.ts';

const longest = 2000;

export function whatIfJunitOf(report: WhatIfReport): string {
  const { cannotRestart, cannotMove, unconfirmed, safe } = report;
  return junitSuites(whatIfSummaryOf(report), [
    ...failedCases(cannotRestart, 'cannot-restart'),
    ...failedCases(cannotMove, 'cannot-move'),
    ...unconfirmed.map((workload) => caseOf(workload, 'skipped', junitElement('skipped', { message: why(workload) }))),
    ...safe.map((workload) => caseOf(workload, 'passed', '')),
  ]);
}

function failedCases(workloads: readonly WhatIfWorkload[], type: string) {
  return workloads.map((workload) =>
    caseOf(workload, 'failure', junitElement('failure', { type, message: why(workload) })),
  );
}

function caseOf(workload: WhatIfWorkload, result: 'passed' | 'failure' | 'skipped', child: string) {
  return { attributes: { name: nameOf(workload), classname: 'whatif' }, result, child };
}

function why({ because }: WhatIfWorkload): string {
  return printable(because.map(({ message }) => message).join('; '), longest);
}
