import type { CredentialOrigin } from '../credential/credential.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { ImageUse } from '../workload/image-use.ts';
import type { Finding } from './finding.ts';

/** What becomes of one image use (contract §1). */
export type Outcome = 'pullable' | 'unpullable' | 'unconfirmed' | 'not-pulled';

export type JudgedImage = {
  readonly use: ImageUse;
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  /** Of what the reference resolved to. */
  readonly digest?: string;
  /** The one accepted, or the last one tried; absent for nobody's. */
  readonly credential?: CredentialOrigin;
  /** A registry was asked about it. */
  readonly isExamined: boolean;
};

/** The same of all uses of an image that are pulled on the same terms. */
export type KnownImage = Omit<JudgedImage, 'use'>;

/** Images that can be pulled, for as long as the evidence for it is valid. What is held against an image is never taken from here. */
export type KnownImages = {
  readonly recall: (key: string) => KnownImage | undefined;
  /** @param evidence that it was judged by */
  readonly retain: (key: string, evidence: readonly Evidence[], image: KnownImage) => void;
};

/** The outcome that findings about a pull leave. */
export function outcomeOf(findings: readonly Finding[]): Outcome {
  if (findings.some(({ certainty }) => certainty === 'certain' || certainty === 'likely')) return 'unpullable';
  return findings.some(({ certainty }) => certainty === 'unconfirmed') ? 'unconfirmed' : 'pullable';
}
