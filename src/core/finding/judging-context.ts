import type { Platform } from '../image/platform.ts';
import type { Candidates } from '../pull/node-views.ts';
import type { PlannedPull, SecretsSeen } from '../pull/plan.ts';
import type { Assumptions } from '../pull/settings.ts';
import type { NodeGrowth, PodAdmission } from '../pull/world.ts';
import type { Workload } from '../workload/workload.ts';
import type { ClusterSeen } from './image-ways.ts';

/** What judging one image needs to know beside its plan and its evidence. */
export type JudgingContext = RewritersSeen & {
  readonly workload: Workload;
  readonly candidates: Candidates;
  readonly secrets: SecretsSeen;
  readonly clusterSeen: ClusterSeen;
  readonly assume: Assumptions;
  /** What may be known of nodes that are not there yet. */
  readonly growth: NodeGrowth | undefined;
  /** What may change Pods on their way from this template; absent where nobody looked, and of a Pod that was admitted. */
  readonly admission: PodAdmission | undefined;
  /** `nodes.platforms`: all that nodes may ever have; absent where nobody said. */
  readonly nodePlatforms?: readonly Platform[];
  /** Where the reader writes assumptions: in the configuration file, else as flags. */
  readonly isConfiguredByFile?: true;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** The workload is not applied for now, and neither is what belongs to it (contract §3, C6). */
  readonly isDryRun?: true;
  /** Why findings about the content of an image may not hold for all candidates (contract §3, C13). */
  readonly foreignNodes?: string;
  /** What is judged was seen by the examiner alone (contract §3, C8). */
  readonly byExaminer?: true;
  /** What was looked up about an image because it would be denied: whether it is in use (C10), the fuse. */
  readonly beforeDenial: (plan: Pick<PlannedPull, 'reference'>) => BeforeDenial;
};

/** What is known of rewriters of images (contract §3, C11); nothing where none was found, or none was looked for. */
export type RewritersSeen = {
  /** One that is installed. */
  readonly rewriter?: string;
  /** Why it could not be seen whether one is installed. */
  readonly unseenRewriters?: string;
};

export function rewritersOf({ rewriter, unseenRewriters }: RewritersSeen): RewritersSeen {
  return { ...(rewriter !== undefined && { rewriter }), ...(unseenRewriters !== undefined && { unseenRewriters }) };
}

export type BeforeDenial = {
  readonly inUse?: string;
  /** It was in use, as far as pullgate remembers; with which pull Secrets it does not. */
  readonly wasInUse?: string;
  readonly fuse?: string;
  /** `pullgate admitted the image before`: nodes whose list of images is cut may have it (contract §3, C19). */
  readonly admitted?: string;
  /** Why it could not be looked up whether it is in use. */
  readonly unseenUse?: string;
};
