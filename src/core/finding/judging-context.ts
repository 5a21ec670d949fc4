import type { Candidates } from '../pull/node-views.ts';
import type { PlannedPull, SecretsSeen } from '../pull/plan.ts';
import type { Assumptions } from '../pull/settings.ts';
import type { Workload } from '../workload/workload.ts';

/** What judging one image needs to know beside its plan and its evidence. */
export type JudgingContext = {
  readonly workload: Workload;
  readonly candidates: Candidates;
  readonly secrets: SecretsSeen;
  readonly assume: Assumptions;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Why findings about the content of an image may not hold for all candidates (contract §3, C13). */
  readonly foreignNodes?: string;
  /** A rewriter of images that is installed (C11). */
  readonly rewriter?: string;
  /** What was looked up about an image because it would be denied: whether it is in use (C10), the fuse. */
  readonly beforeDenial: (plan: PlannedPull) => BeforeDenial;
};

export type BeforeDenial = {
  readonly inUse?: string;
  readonly fuse?: string;
  /** Of what could not be looked up, a line each, as `assuming` has them. */
  readonly unseen?: readonly string[];
};
