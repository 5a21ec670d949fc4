/** What findings add up to, and what a cluster does about it (contract §1, §2). */
import { catalogue, type Level, levels } from '../finding/catalogue.ts';
import type { Finding, FindingCode } from '../finding/finding.ts';
import type { JudgedWorkload } from '../finding/judge-workload.ts';

/** What its findings say, whatever the mode. */
export type Verdict = 'deny' | 'warn' | 'allow';
/** How a namespace wants to be treated. */
export type Mode = 'enforce' | 'warn' | 'audit' | 'off';
export const modes: readonly Mode[] = ['enforce', 'warn', 'audit', 'off'];

export type LevelOf = (code: FindingCode) => Level;

/** The defaults of the catalogue, and what the configuration says otherwise. */
export function levelsWith(configured: ReadonlyMap<FindingCode, Level>): LevelOf {
  return (code) => configured.get(code) ?? catalogue[code].level;
}

/** Findings of level `off` are as if they had not been made. */
export function withoutSilenced(judged: JudgedWorkload, levelOf: LevelOf): JudgedWorkload {
  const isHeard = ({ code }: Finding) => levelOf(code) !== 'off';
  return {
    images: judged.images.map((image) =>
      image.findings.every(isHeard) ? image : { ...image, findings: image.findings.filter(isHeard) },
    ),
    findings: judged.findings.filter(isHeard),
  };
}

/**
 * Only what is certain denies, as far as its level lets it; advice denies where the operator made it a policy, and is else
 * no reason for a verdict.
 */
export function verdictOf(findings: readonly Finding[], levelOf: LevelOf): Verdict {
  const weights = findings.map((finding) => weightOf(finding, levelOf(finding.code)));
  if (weights.includes('deny')) return 'deny';
  return weights.includes('warn') ? 'warn' : 'allow';
}

/** What one finding comes to by itself. */
export function weightOf({ code, certainty }: Finding, level: Level): Verdict {
  if (levels.indexOf(level) < levels.indexOf('warn')) return 'allow';
  switch (certainty) {
    case 'certain':
      return level === 'deny' ? 'deny' : 'warn';
    case 'likely':
    case 'unconfirmed':
      return 'warn';
    case 'advice':
      // Of a code that can be more than advice the level speaks of its certain findings.
      return level === 'deny' && catalogue[code].best === 'advice' ? 'deny' : 'allow';
  }
}

/** What the mode makes of a verdict. In `warn` a denial is only said, in `audit` nothing is. */
export function actionOf(verdict: Verdict, mode: Mode): Verdict {
  switch (mode) {
    case 'enforce':
      return verdict;
    case 'warn':
      return verdict === 'allow' ? 'allow' : 'warn';
    case 'audit':
    case 'off':
      return 'allow';
  }
}

export function findingsOf({ images, findings }: JudgedWorkload): readonly Finding[] {
  return [...images.flatMap((image) => image.findings), ...findings];
}
