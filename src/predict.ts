/**
 * THE STORY: a workload, the world it would run in, what its nodes would try, what registries say to that, what it means.
 * Every door tells it, with sources of its own; core and sources meet nowhere else.
 */
import type { Evidence } from './core/evidence/evidence.ts';
import { type JudgedWorkload, type Judging, judgeWorkload } from './core/finding/judge-workload.ts';
import { type ImagePlan, type PlannedPull, type PlanSettings, planPulls } from './core/pull/plan.ts';
import type { World } from './core/pull/world.ts';
import { findingsOf, type LevelOf, type Verdict, verdictOf, withoutSilenced } from './core/verdict/verdict.ts';
import type { Workload } from './core/workload/workload.ts';

/** What is asked of the outside. Each door chooses who answers. */
export type Sources = {
  readonly worldOf: (workload: Workload, signal: AbortSignal) => Promise<World>;
  /** One piece of evidence for each route of the pull; never throws for what a registry may do. */
  readonly inspectPull: (pull: PlannedPull, signal: AbortSignal) => Promise<readonly Evidence[]>;
};

export type PredictSettings = PlanSettings & {
  readonly levelOf: LevelOf;
  readonly judging: Omit<Judging, 'assume' | 'nowMs'>;
};

export type Prediction = JudgedWorkload & {
  readonly workload: Workload;
  readonly verdict: Verdict;
  /** Nothing was known of the nodes, so platforms were not judged. */
  readonly platformsAreJudged: boolean;
};

export async function predict(
  workload: Workload,
  sources: Sources,
  settings: PredictSettings,
  signal: AbortSignal,
): Promise<Prediction> {
  const world = await sources.worldOf(workload, signal);
  const plan = planPulls(workload, world, settings);
  const evidence = new Map<ImagePlan, readonly Evidence[]>(
    await Promise.all(
      plan.images.map(
        async (image) => [image, image.kind === 'pull' ? await sources.inspectPull(image, signal) : []] as const,
      ),
    ),
  );
  const judging = { ...settings.judging, assume: settings.assume, nowMs: Date.now() };
  const judged = withoutSilenced(
    judgeWorkload(plan, (image) => evidence.get(image) ?? [], judging),
    settings.levelOf,
  );
  const verdict = verdictOf(findingsOf(judged), settings.levelOf);
  return { workload, ...judged, verdict, platformsAreJudged: world.nodes.kind !== 'unknown' };
}
