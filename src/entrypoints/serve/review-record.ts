/** What is kept of a review that has a finding: one log line and one audit annotation with the same members (contract §5). */
import type { Finding, FindingCode } from '../../core/finding/finding.ts';
import type { Mode, Verdict } from '../../core/verdict/verdict.ts';
import { writtenImage } from '../../core/workload/image-use.ts';
import { podSpecAround } from '../../core/workload/workload.ts';
import type { Prediction } from '../../predict.ts';
import { printable } from '../../report/printable.ts';
import { saidOf } from '../../report/sentence.ts';
import { withoutCredentials } from '../../report/without-credentials.ts';
import { wordsOf } from '../../report/words/finding-words.ts';
import type { AdmissionRequest } from './admission-review.ts';

export type ReviewRecord = {
  readonly uid: string;
  readonly dryRun: boolean;
  readonly operation: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly user: string;
  readonly mode: Mode;
  readonly verdict: Verdict;
  readonly action: Verdict;
  readonly findings: readonly RecordedFinding[];
  /** Findings that are left out, where there are some. */
  readonly moreFindings?: number;
};

type RecordedFinding = {
  readonly field: string;
  /** As written, without credentials. */
  readonly image?: string;
  readonly code: FindingCode;
  readonly certainty: string;
  readonly message: string;
};

/** A line that a collector of logs cuts would be no JSON any more. */
const mostFindings = 64;
const longestName = 253;
const longestImage = 512;
const longestMessage = 600;

export function recordOf(
  request: AdmissionRequest,
  prediction: Prediction,
  { kind, mode, action }: { readonly kind: string; readonly mode: Mode; readonly action: Verdict },
): ReviewRecord {
  const { workload, images, findings, verdict } = prediction;
  const placed = [
    ...images.flatMap(({ use, findings: found }) =>
      found.map((finding) => ({ finding, field: use.path, image: writtenImage(use) })),
    ),
    ...findings.map((finding) => ({ finding, field: workload.podSpecPath })),
  ];
  const recorded = ({ finding, field, image }: Placed): RecordedFinding => ({
    field,
    ...(image !== undefined && { image: printable(withoutCredentials(image), longestImage) }),
    code: finding.code,
    certainty: finding.certainty,
    message: printable(saidOf(finding, wordsOf(finding, { workload: podSpecAround(workload, field) })), longestMessage),
  });
  const more = placed.length - mostFindings;
  return {
    ...subjectOf(request, kind),
    mode,
    verdict,
    action,
    findings: placed.slice(0, mostFindings).map(recorded),
    ...(more > 0 && { moreFindings: more }),
  };
}

type Placed = { readonly finding: Finding; readonly field: string; readonly image?: string };

/** Who asked for what. */
export function subjectOf(
  { uid, isDryRun, operation, namespace, name, userName }: AdmissionRequest,
  kind: string,
): Pick<ReviewRecord, 'uid' | 'dryRun' | 'operation' | 'kind' | 'namespace' | 'name' | 'user'> {
  return {
    uid: printable(uid, longestName),
    dryRun: isDryRun,
    operation,
    kind,
    namespace: printable(namespace, longestName),
    name: printable(name, longestName),
    user: printable(userName, longestName),
  };
}
