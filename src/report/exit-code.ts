/** What a run tells the shell (contract §4). Bad usage and internal errors end with codes of their own, without a report. */
import type { Level } from '../core/finding/catalogue.ts';
import type { LevelOf } from '../core/verdict/verdict.ts';
import { isFindingCode } from './finding-code.ts';
import type { PullReport, ReportedFinding, ReportedWorkload } from './pull-report.ts';

export type FailOn = 'deny' | 'likely' | 'unconfirmed' | 'never';
export const failOns: readonly FailOn[] = ['deny', 'likely', 'unconfirmed', 'never'];

export type ExitRules = {
  readonly failOn: FailOn;
  readonly levelOf: LevelOf;
  /** What was skipped, or is of a kind that is not known, counts as input that could not be used. */
  readonly isStrict: boolean;
};

/** 2: input could not be used, or time ran out, which wins · 1: something at or above `failOn` · 0. */
export function exitCodeOf(report: PullReport, { failOn, levelOf, isStrict }: ExitRules): 0 | 1 | 2 {
  const { summary, problems, results, skipped, unknownKinds } = report;
  if (problems.length > 0 || !summary.complete) return 2;
  if (isStrict && skipped.length + unknownKinds.length > 0) return 2;
  // Platforms were to be judged, and could not be: of every image something is unconfirmed.
  if (failOn === 'unconfirmed' && summary.platformsNotJudgedBecause !== undefined && results.some(isShown)) return 1;
  return results.some((workload) => isAtOrAbove(workload, failOn, levelOf)) ? 1 : 0;
}

function isAtOrAbove(workload: ReportedWorkload, failOn: FailOn, levelOf: LevelOf): boolean {
  switch (failOn) {
    case 'never':
      return false;
    case 'deny':
      // In the modes `warn` and `audit` a denial denies nothing, nor where the configuration lets it through.
      return workload.action === 'deny';
    case 'likely':
    case 'unconfirmed':
      return isShown(workload) && levelledFindingsOf(workload, levelOf).some((finding) => weighs(finding, failOn));
  }
}

function isShown({ mode, notExaminedBecause }: ReportedWorkload): boolean {
  return (mode === 'enforce' || mode === 'warn') && notExaminedBecause === undefined;
}

/** Advice counts only where the operator made it a policy; what the configuration keeps to reports never does. */
function weighs({ level, certainty }: LevelledFinding, failOn: 'likely' | 'unconfirmed'): boolean {
  if (level === 'off' || level === 'report') return false;
  switch (certainty) {
    case 'certain':
    case 'likely':
      return true;
    case 'unconfirmed':
      return failOn === 'unconfirmed';
    case 'advice':
      return level === 'deny';
  }
}

type LevelledFinding = ReportedFinding & { readonly level: Level };

function levelledFindingsOf({ images, findings }: ReportedWorkload, levelOf: LevelOf): readonly LevelledFinding[] {
  const withLevel = (finding: ReportedFinding, repository?: string): LevelledFinding => {
    const { code } = finding;
    return { ...finding, level: isFindingCode(code) ? levelOf(code, repository) : 'report' };
  };
  return [
    ...images.flatMap(({ reference, findings: found }) =>
      found.map((finding) => withLevel(finding, reference?.replace(/(?:@.*|:[^/]*)$/, ''))),
    ),
    ...findings.map((finding) => withLevel(finding)),
  ];
}
