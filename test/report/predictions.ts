import type { Level } from '../../src/core/finding/catalogue.ts';
import type { Finding, FindingCode } from '../../src/core/finding/finding.ts';
import { outcomeOf } from '../../src/core/finding/judged-image.ts';
import { type LevelOf, levelsWith, verdictOf } from '../../src/core/verdict/verdict.ts';
import type { Prediction } from '../../src/predict.ts';
import { aWorkload } from '../support/workloads.ts';
import { aFinding, aReference } from './finding-cases.ts';

export type Found = {
  /** Of each image, in the order of the images. */
  readonly byImage: readonly (readonly Finding[])[];
  readonly ofWorkload?: readonly Finding[];
};

export function aPrediction(object: object, { byImage, ofWorkload = [] }: Found, levelOf = levels()): Prediction {
  const workload = aWorkload(object);
  const images = workload.images.map((use, index) => {
    const findings = byImage[index] ?? [];
    return { use, findings, outcome: outcomeOf(findings), isExamined: true };
  });
  const verdict = verdictOf({ images, findings: ofWorkload }, levelOf);
  return { workload, images, findings: ofWorkload, verdict, platformsAreJudged: true };
}

/** The defaults, and what differs. */
export function levels(configured: Readonly<Partial<Record<FindingCode, Level>>> = {}): LevelOf {
  return levelsWith(new Map(Object.entries(configured) as [FindingCode, Level][]));
}

/** What is said of `nginx:latestt`. */
export const absent = aFinding({
  code: 'manifest-not-found',
  reference: aReference('nginx:latestt'),
  asked: ['registry-1.docker.io'],
  nearest: ['latest'],
});
export const likelyAbsent = { ...absent, certainty: 'likely', cappedBy: 'the registry may be a proxy cache' } as const;
export const unpinned = aFinding({ code: 'unpinned-image' });
export const missingSecret = aFinding({ code: 'pull-secret-not-found', namespace: 'shop', name: 'regcred' });

export function unreachable(registry: string): Finding {
  return aFinding({ code: 'registry-unreachable', registry, cause: 'timeout' });
}
