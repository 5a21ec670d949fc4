/** What findings add up to, and what a cluster does about it (contract §1, §2). */
import { catalogue, type Level, levels } from '../finding/catalogue.ts';
import type { Finding, FindingCode } from '../finding/finding.ts';
import type { JudgedWorkload } from '../finding/judge-workload.ts';
import type { JudgedImage } from '../finding/judged-image.ts';
import { type RegistryRule, ruleFor } from '../pull/settings.ts';

/** What its findings say, whatever the mode. */
export type Verdict = 'deny' | 'warn' | 'allow';
/** How a namespace wants to be treated. */
export type Mode = 'enforce' | 'warn' | 'audit' | 'off';
export const modes: readonly Mode[] = ['enforce', 'warn', 'audit', 'off'];

/** @param repository of the image, `docker.io/library/nginx`: registries may have levels of their own */
export type LevelOf = (code: FindingCode, repository?: string) => Level;

type LevelRule = Pick<RegistryRule, 'match' | 'skip'> & { readonly findings?: ReadonlyMap<FindingCode, Level> };

/** The defaults of the catalogue, and what the configuration says otherwise, of one registry before all of them. */
export function levelsWith(
  configured: ReadonlyMap<FindingCode, Level>,
  registries: readonly LevelRule[] = [],
): LevelOf {
  return (code, repository) => {
    const rule = repository === undefined ? undefined : ruleFor(repository, registries);
    return rule?.findings?.get(code) ?? silencedBySkip(rule, code) ?? configured.get(code) ?? catalogue[code].level;
  };
}

/** Who has a registry left out knows that it is not examined. */
function silencedBySkip(rule: LevelRule | undefined, code: FindingCode): Level | undefined {
  return rule?.skip === true && code === 'registry-not-examined' ? 'off' : undefined;
}

/** Findings of level `off` are as if they had not been made. */
export function withoutSilenced(judged: JudgedWorkload, levelOf: LevelOf): JudgedWorkload {
  return {
    images: judged.images.map((image) => {
      if (image.findings.length === 0) return image;
      const isHeard = ({ code }: Finding) => levelOf(code, repositoryOf(image)) !== 'off';
      return image.findings.every(isHeard) ? image : { ...image, findings: image.findings.filter(isHeard) };
    }),
    findings: judged.findings.filter(({ code }) => levelOf(code) !== 'off'),
  };
}

/** Undefined where the name does not parse. */
export function repositoryOf({ use: { parsed } }: Pick<JudgedImage, 'use'>): string | undefined {
  return parsed.ok ? parsed.reference.name : undefined;
}

/**
 * Only what is certain denies, as far as its level lets it; advice denies where the operator made it a policy, and is else
 * no reason for a verdict.
 */
export function verdictOf({ images, findings }: JudgedWorkload, levelOf: LevelOf): Verdict {
  const weights = [
    ...images.flatMap((image) =>
      image.findings.map((finding) => weightOf(finding, levelOf(finding.code, repositoryOf(image)))),
    ),
    ...findings.map((finding) => weightOf(finding, levelOf(finding.code))),
  ];
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
