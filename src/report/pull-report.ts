/**
 * The report of a check or an audit, as it is printed with `-o json` (contract §4). All other formats are made of it, so
 * that no two of them can say different things.
 */
import type { Certainty } from '../core/finding/finding.ts';
import type { Outcome } from '../core/finding/judged-image.ts';
import type { PullPolicy } from '../core/image/pull-policy.ts';
import type { Exemption } from '../core/verdict/exemption.ts';
import type { Mode, Verdict } from '../core/verdict/verdict.ts';

export type PullReport = {
  readonly apiVersion: 'pullgate.dev/v1alpha1';
  readonly kind: 'PullReport';
  readonly metadata: {
    /** RFC 3339, UTC. */
    readonly creationTimestamp: string;
    readonly tool: string;
  };
  readonly summary: ReportSummary;
  /** Every workload, also those without findings, in the order of the input. */
  readonly results: readonly ReportedWorkload[];
  /** Input that could not be used; everything else was checked nevertheless. */
  readonly problems: readonly ReportedProblem[];
  /** What was no manifest, by reason. */
  readonly skipped: readonly ReportedSkip[];
  /** Objects of kinds that are not known, and may embed a pod spec: the most frequent first. */
  readonly unknownKinds: readonly { readonly kind: string; readonly count: number }[];
  /** Of a cluster: what could not be read, so that some of what runs may be missing here. */
  readonly unread?: readonly ReportedUnread[];
};

export type ReportedUnread = {
  /** In the words of RBAC: `jobs.batch`. */
  readonly resource: string;
  /** Absent where all namespaces were asked for. */
  readonly namespace?: string;
  readonly why: string;
  readonly remedy: string;
};

export type ReportSummary = {
  readonly workloads: number;
  /** Image uses. */
  readonly images: number;
  /** Image uses about which a registry was asked. */
  readonly examined: number;
  /** Workloads by verdict. */
  readonly denied: number;
  readonly warned: number;
  /** Image uses. */
  readonly unconfirmed: number;
  /** False if input could not be used, or if time ran out before the end. */
  readonly complete: boolean;
  /** Documents and files that are no manifests. */
  readonly skipped: number;
  /** Image uses that were not examined because the time ran out. */
  readonly outOfTime: number;
  /** Somebody ended the run before it was through. */
  readonly interrupted?: true;
  /** Findings that annotations leave out. */
  readonly ignored?: number;
  /** Findings that the baseline knows, where one was given. */
  readonly known?: number;
  /** Findings of the baseline that are no longer there. */
  readonly resolved?: number;
  /** False where nothing was known of the nodes, so that platforms could not be judged. */
  readonly platformsJudged: boolean;
  /** Where an API server was asked for the nodes: why it did not tell. */
  readonly platformsNotJudgedBecause?: string;
};

export type ReportedWorkload = {
  readonly workload: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    /** Where it was read; absent for what was read from an API server. */
    readonly source?: ReportedSource;
  };
  readonly mode: Mode;
  readonly verdict: Verdict;
  readonly action: Verdict;
  /** Where the configuration lets it through: `deny.controlledPods is false`. */
  readonly notDeniedBecause?: string;
  /** Codes that its annotation `pullgate.dev/ignore` names: findings of these are left out. */
  readonly ignoredCodes?: readonly string[];
  /** Where nobody looked at it. */
  readonly notExaminedBecause?: Exemption;
  /** Of an audit: its Pods that are not over, and those of them that wait for an image. */
  readonly pods?: { readonly total: number; readonly waiting: number };
  /** Of an audit: who is at the top of its chain of owners, where that is another object. */
  readonly owner?: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  /** Of an audit: since when it is there (RFC 3339), and the field manager that wrote it first. */
  readonly createdAt?: string;
  readonly createdBy?: string;
  /** Every image use. */
  readonly images: readonly ReportedImage[];
  /** About the workload, not one image. */
  readonly findings: readonly ReportedFinding[];
};

/** `document` and `line` count from 1. `-` is standard input. */
export type ReportedSource = {
  readonly file: string;
  readonly document: number;
  readonly line: number;
  /** Of rendered input: the file of the chart that it was made of, as its comment `# Source:` says. */
  readonly template?: string;
};

export type ReportedImage = {
  /** The field: `spec.template.spec.containers[0].image`. */
  readonly path: string;
  /** Of the container or of the image volume that names the image. */
  readonly container?: string;
  readonly volume?: string;
  /** As written. */
  readonly image: string;
  /** What would be pulled; absent if it does not parse. */
  readonly reference?: string;
  /** Of the manifest or index that the reference resolved to. */
  readonly digest?: string;
  readonly pullPolicy: PullPolicy;
  readonly outcome: Outcome;
  /** The one accepted or last tried; absent when anonymous. */
  readonly credential?: ReportedCredential;
  /** Everything that was found about it is ignored, or known from the baseline. */
  readonly isSilenced?: true;
  /** In the file of the workload: the line of the field. */
  readonly line?: number | undefined;
  /** Of an audit: the Pod whose field it is. The workload does not name the image: admission added it, or a former revision did. */
  readonly pod?: string;
  /** Of an audit: a Pod that waits for it. */
  readonly observed?: ReportedObservation;
  readonly findings: readonly ReportedFinding[];
};

/** What a kubelet says of an image for which a Pod waits; of several Pods the one that has waited longest. */
export type ReportedObservation = {
  readonly pod: string;
  /** Absent where the Pod does not say. */
  readonly node?: string;
  /** The waiting reason of the container: `ImagePullBackOff`. */
  readonly reason: string;
  /** In the kubelet's own words. */
  readonly message: string;
  /** What these words mean, as one word: `not-found`, `timeout`; `not-understood`, `reason-not-told`. */
  readonly meaning: string;
  /** RFC 3339. */
  readonly since?: string;
  /** Failed attempts, at least: kubelets send fewer Events than they make attempts. */
  readonly attempts?: number;
  /** RFC 3339; absent where the Events do not tell. */
  readonly nextAttempt?: string;
};

export type ReportedCredential =
  | { readonly source: 'secret'; readonly namespace?: string; readonly name: string; readonly key: string }
  | { readonly source: 'node-config'; readonly path: string; readonly key: string }
  /** A credential provider plugin of the kubelet. */
  | { readonly source: 'plugin'; readonly name: string };

export type ReportedFinding = {
  readonly code: string;
  readonly reason: string;
  readonly certainty: Certainty;
  /** What it comes to by itself, by its certainty and the level of its code, whatever the mode. */
  readonly verdict: Verdict;
  /** Of what could not be found out: what hinders it, as one word, such as `timeout` or `not-rendered`. */
  readonly cause?: string;
  readonly assuming: readonly string[];
  /** Why it is less certain than its code can be. */
  readonly cappedBy?: string;
  /** The waiting reason that the kubelet would show. */
  readonly predictedReason?: string;
  /** One sentence, one line, that names the image as written. */
  readonly message: string;
  /** What to do: an exact command or field, one line. */
  readonly nextStep: string;
  /** At most five names. */
  readonly nodes?: { readonly failing: number; readonly candidates: number; readonly names: readonly string[] };
};

export type ReportedSkip = {
  /** `helm-chart`, `kustomize-patch`, `untyped` and others. */
  readonly reason: string;
  readonly count: number;
  /** Where they are; `-` is standard input. Of many directories those around them. */
  readonly directories: readonly { readonly directory: string; readonly count: number }[];
  /** Of objects that have one, at most five. */
  readonly names?: readonly string[];
};

export type ReportedProblem = {
  readonly file: string;
  readonly document?: number;
  readonly line?: number;
  readonly reason: string;
};
