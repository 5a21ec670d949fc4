/** Predictions made into a report (contract §4). */
import { catalogue } from '../core/finding/catalogue.ts';
import type { Finding } from '../core/finding/finding.ts';
import type { JudgedImage } from '../core/finding/judged-image.ts';
import { type DenyRules, denyRuleOf } from '../core/verdict/deny-rule.ts';
import { actionOf, type LevelOf, type Mode, repositoryOf, type Verdict, weightOf } from '../core/verdict/verdict.ts';
import { type ImageUse, writtenImage } from '../core/workload/image-use.ts';
import { podSpecAround, type Workload } from '../core/workload/workload.ts';
import type { Prediction } from '../predict.ts';
import { printable } from './printable.ts';
import type {
  PullReport,
  ReportedFinding,
  ReportedImage,
  ReportedObservation,
  ReportedProblem,
  ReportedSource,
  ReportedWorkload,
  ReportSummary,
} from './pull-report.ts';
import { longestReason, saidOf, sentenceOf } from './sentence.ts';
import { foldedSkips, type SkippedInput } from './skipped.ts';
import { wordsOf } from './words/finding-words.ts';

export type Checked = {
  readonly prediction: Prediction;
  readonly mode: Mode;
  readonly source?: ReportedSource;
  /** The line of a field in that file. */
  readonly lineOf?: (path: string) => number;
  readonly running?: RunningReported;
  /** Of its annotation. */
  readonly ignoredCodes?: readonly string[];
};

/** What an audit knows of a workload in addition to the prediction. */
export type RunningReported = Required<Pick<ReportedWorkload, 'pods'>> &
  Pick<ReportedWorkload, 'owner' | 'createdAt' | 'createdBy'> & {
    /** Predictions about Pods of it, for images that it does not name. */
    readonly added: readonly Prediction[];
    readonly observedOf: (container: string, image: string) => ReportedObservation | undefined;
  };

export type RunFacts = {
  /** `pullgate/0.1.0` */
  readonly tool: string;
  readonly createdAt: Date;
  readonly problems: readonly ReportedProblem[];
  readonly skipped: readonly SkippedInput[];
  readonly unknownKinds: ReadonlyMap<string, number>;
  /** False where time ran out. */
  readonly isFinished: boolean;
  readonly deny: DenyRules;
  readonly levelOf: LevelOf;
  /** Where the nodes were looked for and not found: `the nodes cannot be listed (status 403)`. */
  readonly nodesAreMissingBecause?: string;
  readonly unread?: PullReport['unread'];
  readonly isInterrupted?: true;
};

export function reportOf(checked: readonly Checked[], run: RunFacts): PullReport {
  return {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'PullReport',
    metadata: { creationTimestamp: run.createdAt.toISOString(), tool: run.tool },
    summary: summaryOf(checked, run),
    results: checked.map((one) => reportedWorkload(one, run)),
    problems: run.problems,
    skipped: foldedSkips(run.skipped),
    unknownKinds: [...run.unknownKinds]
      .map(([kind, count]) => ({ kind, count }))
      .toSorted((one, other) => other.count - one.count || (one.kind < other.kind ? -1 : 1)),
    ...(run.unread && { unread: run.unread }),
  };
}

function summaryOf(
  checked: readonly Checked[],
  { problems, skipped, isFinished, nodesAreMissingBecause: because, unread = [], isInterrupted }: RunFacts,
): ReportSummary {
  const images = checked.flatMap((one) => predictionsOf(one).flatMap((prediction) => prediction.images));
  const countOf = (verdict: string) => checked.filter((one) => verdictOf(one) === verdict).length;
  const platformsJudged = checked.every(({ prediction }) => prediction.platformsAreJudged);
  return {
    workloads: checked.length,
    images: images.length,
    examined: images.filter(({ isExamined }) => isExamined).length,
    denied: countOf('deny'),
    warned: countOf('warn'),
    unconfirmed: images.filter(({ outcome }) => outcome === 'unconfirmed').length,
    complete: isFinished && problems.length + unread.length === 0,
    skipped: skipped.length,
    outOfTime: images.filter(isOutOfTime).length,
    ...(isInterrupted && { interrupted: true }),
    platformsJudged,
    ...(!platformsJudged && because !== undefined && { platformsNotJudgedBecause: because }),
  };
}

function isOutOfTime({ findings }: JudgedImage): boolean {
  return findings.some((finding) => finding.code === 'registry-not-examined' && finding.why === 'deadline');
}

function predictionsOf({ prediction, running }: Checked): readonly Prediction[] {
  return [prediction, ...(running?.added ?? [])];
}

/** The worst. */
function verdictOf(checked: Checked): Verdict {
  const verdicts = predictionsOf(checked).map(({ verdict }) => verdict);
  return (['deny', 'warn'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'allow';
}

function reportedWorkload(checked: Checked, { deny, levelOf }: RunFacts): ReportedWorkload {
  const { prediction, mode, source, lineOf, running, ignoredCodes = [] } = checked;
  const { workload, images, findings, exemption } = prediction;
  const verdict = verdictOf(checked);
  const rule = denyRuleOf(workload);
  const isLetThrough = verdict === 'deny' && !deny[rule];
  const { apiVersion, kind, namespace, name } = workload;
  return {
    workload: { apiVersion, kind, namespace, name, ...(source && { source }) },
    mode,
    verdict,
    action: actionOf(isLetThrough ? 'warn' : verdict, mode),
    ...(isLetThrough && { notDeniedBecause: `deny.${rule} is false` }),
    ...(ignoredCodes.length > 0 && { ignoredCodes }),
    ...(exemption !== undefined && { notExaminedBecause: exemption }),
    ...(running && runningMembers(running)),
    images: [
      ...images.map((image) =>
        reportedImage(image, podSpecAround(workload, image.use.path), { levelOf, lineOf, running }),
      ),
      ...(running?.added ?? []).flatMap((added) =>
        added.images.map((image) => ({
          ...reportedImage(image, added.workload, { levelOf, lineOf: undefined, running }),
          pod: added.workload.name,
        })),
      ),
    ],
    findings: findings.map((finding) => reportedFinding(finding, workload, levelOf)),
  };
}

function runningMembers({ pods, owner, createdAt, createdBy }: RunningReported) {
  return {
    pods,
    ...(owner && { owner }),
    ...(createdAt && { createdAt }),
    ...(createdBy && { createdBy }),
  };
}

type Beside = {
  readonly levelOf: LevelOf;
  readonly lineOf: Checked['lineOf'];
  readonly running: RunningReported | undefined;
};

function reportedImage(judged: JudgedImage, workload: Workload, { levelOf, lineOf, running }: Beside): ReportedImage {
  const { use, outcome, findings, digest, credential } = judged;
  const image = writtenImage(use);
  const observed = use.place === 'volume' ? undefined : running?.observedOf(use.name, image);
  return {
    path: use.path,
    ...(use.name !== '' && (use.place === 'volume' ? { volume: use.name } : { container: use.name })),
    image,
    ...(use.parsed.ok && { reference: use.parsed.reference.pulled }),
    ...(digest !== undefined && { digest }),
    pullPolicy: use.pullPolicy,
    outcome,
    ...(credential && { credential }),
    // Read by those who report it: it takes another look into the file.
    get line() {
      return lineOf?.(use.path);
    },
    ...(observed && { observed }),
    findings: findings.map((finding) =>
      reportedFinding(finding, workload, (code) => levelOf(code, repositoryOf(judged)), use),
    ),
  };
}

function reportedFinding(finding: Finding, workload: Workload, levelOf: LevelOf, use?: ImageUse): ReportedFinding {
  const { code, certainty, assuming, cappedBy, predictedReason, nodes } = finding;
  const words = wordsOf(finding, { workload, ...(use && { field: use.path }) });
  return {
    code,
    reason: catalogue[code].reason,
    certainty,
    verdict: weightOf(finding, levelOf(code)),
    ...causeOf(finding, workload),
    assuming,
    ...(cappedBy !== undefined && { cappedBy: printable(cappedBy, longestReason) }),
    ...(predictedReason !== undefined && { predictedReason: printable(predictedReason, longestReason) }),
    message: sentenceOf(use && writtenImage(use), saidOf(finding, words)),
    nextStep: words.nextStep,
    ...(nodes && { nodes }),
  };
}

/** Of what could not be found out: what hinders it. */
function causeOf(finding: Finding, { notRendered }: Workload): Pick<ReportedFinding, 'cause'> {
  if (finding.code === 'registry-unreachable') return { cause: finding.cause };
  if (finding.code === 'registry-error') return { cause: finding.cause.kind };
  if (finding.code === 'registry-not-examined')
    return { cause: typeof finding.why === 'string' ? finding.why : finding.why.kind };
  if (finding.code === 'pull-secret-undecodable' && 'unrendered' in finding) return { cause: 'not-rendered' };
  return finding.certainty === 'unconfirmed' && notRendered !== undefined ? { cause: 'not-rendered' } : {};
}
