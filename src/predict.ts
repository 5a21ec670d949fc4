/**
 * THE STORY: a workload, the world it would run in, what its nodes would try, what registries say to that, what it means.
 * Every door tells it, with sources of its own; core and sources meet nowhere else.
 */
import type { PluginAnswersFor } from './core/credential/plugin-answer.ts';
import { type Evidence, freshMs } from './core/evidence/evidence.ts';
import { pullsEverywhere } from './core/finding/group-result.ts';
import {
  type JudgedWorkload,
  type JudgingSettings,
  judgeWorkload,
  type KnownOf,
} from './core/finding/judge-workload.ts';
import type { JudgedImage, KnownImage, KnownImages } from './core/finding/judged-image.ts';
import type { RewritersSeen } from './core/finding/judging-context.ts';
import { type ImagePlan, type PlannedPull, type PlanSettings, planPulls, type WorkloadPlan } from './core/pull/plan.ts';
import { keyOfUse, type PullTerms } from './core/pull/pull-terms.ts';
import type { World } from './core/pull/world.ts';
import type { Exemption } from './core/verdict/exemption.ts';
import { type LevelOf, type Verdict, verdictOf, withoutSilenced } from './core/verdict/verdict.ts';
import type { ImageUse } from './core/workload/image-use.ts';
import { podSpecsOf, type Workload } from './core/workload/workload.ts';

/** What is asked of the outside. Each door chooses who answers. */
export type Sources = {
  readonly worldOf: (workload: Workload, terms: WorldTerms) => Promise<World>;
  /** What the kubelet's plugins give for these repositories; absent where none is configured. Never throws. */
  readonly pluginAnswers?: (repositories: readonly string[], signal: AbortSignal) => Promise<PluginAnswersFor>;
  /**
   * One piece of evidence for each route of the pull, none older than `maxAgeMs`; never throws for what a registry may do. A
   * promise only where something is asked.
   */
  readonly inspectPull: (pull: PlannedPull, terms: InspectTerms) => readonly Evidence[] | Promise<readonly Evidence[]>;
  /** What earlier reviews made of images; absent where nothing of it is remembered. */
  readonly known?: KnownImages;
  /** What may speak for a workload that would be denied. Absent where there is nobody to ask. */
  readonly lookBeforeDenial?: (workload: Workload, signal: AbortSignal) => Promise<JudgingSettings['beforeDenial']>;
  /** Asked only before a template would be denied. Absent where there is nobody to ask, or it was told. Never throws. */
  readonly rewritersSeen?: (signal: AbortSignal) => Promise<RewritersSeen>;
};
export type WorldTerms = {
  readonly signal: AbortSignal;
  /** Something would be denied: what was read a moment ago does not count, and what may speak for it is looked up. */
  readonly isLive: boolean;
};
export type InspectTerms = {
  readonly signal: AbortSignal;
  readonly maxAgeMs: number;
  /** Requests of several askers take turns. */
  readonly asker?: string;
};

export type PredictSettings = PlanSettings & {
  readonly levelOf: LevelOf;
  readonly judging: Pick<JudgingSettings, 'isDryRun' | 'beforeDenial' | 'nodePlatforms' | 'isConfiguredByFile'> &
    RewritersSeen;
};

export type Prediction = JudgedWorkload & {
  readonly workload: Workload;
  readonly verdict: Verdict;
  /** False where nothing was known of the nodes. */
  readonly platformsAreJudged: boolean;
  /** Why it was not examined. */
  readonly exemption?: Exemption;
};

/**
 * Each pod spec of the workload by itself, since each has its own placement and pull Secrets.
 * `firstLook` ends before `signal`, so that a registry that takes all the time leaves some to look before a denial.
 */
export async function predict(
  workload: Workload,
  sources: Sources,
  settings: PredictSettings,
  signal: AbortSignal,
  firstLook: AbortSignal = signal,
): Promise<Prediction> {
  if (workload.otherPodSpecs === undefined)
    return predictPodSpec(workload, sources, settings, { signal, firstLook, usesBefore: 0 });
  const podSpecs = podSpecsOf(workload);
  const [first, ...others] = await Promise.all(
    podSpecs.map((podSpec, index) => {
      // The limit is of the whole workload.
      const usesBefore = podSpecs.slice(0, index).reduce((count, { images }) => count + images.length, 0);
      return predictPodSpec(podSpec, sources, settings, { signal, firstLook, usesBefore });
    }),
  );
  if (first === undefined) throw new Error('a workload without a pod spec');
  return others.length === 0 ? first : together(workload, [first, ...others], settings.levelOf);
}

function together(workload: Workload, predictions: readonly Prediction[], levelOf: LevelOf): Prediction {
  const images = predictions.flatMap((prediction) => prediction.images);
  const findings = predictions.flatMap((prediction) => prediction.findings);
  const verdict = verdictOf({ images, findings }, levelOf);
  const platformsAreJudged = predictions.every((prediction) => prediction.platformsAreJudged);
  return { workload, images, findings, verdict, platformsAreJudged };
}

type PodSpecTerms = {
  readonly signal: AbortSignal;
  readonly firstLook: AbortSignal;
  /** Image uses of the same workload that count before those of this pod spec. */
  readonly usesBefore: number;
};

async function predictPodSpec(
  workload: Workload,
  sources: Sources,
  settings: PredictSettings,
  { signal, firstLook, usesBefore }: PodSpecTerms,
): Promise<Prediction> {
  const { worldOf, lookBeforeDenial, rewritersSeen } = sources;
  const world = await worldOf(workload, { signal: firstLook, isLive: false });
  const told = await tell(workload, world, sources, settings, { signal: firstLook, usesBefore });
  if (told.verdict !== 'deny' || (lookBeforeDenial ?? rewritersSeen) === undefined) return told;
  // Before anything is denied its Secrets are read once more, and what speaks for it is looked up (contract §3, C7, C10,
  // C11): all at the same time, since lists of thousands of objects take a while.
  const [live, beforeDenial, rewriters] = await Promise.all([
    worldOf(workload, { signal, isLive: true }),
    lookBeforeDenial?.(workload, signal),
    // What a Pod names has gone through all that rewrites.
    workload.form === 'template' ? rewritersSeen?.(signal) : undefined,
  ]);
  const judging = { ...settings.judging, ...(beforeDenial && { beforeDenial }), ...rewriters };
  const { known: _judgedWithoutThat, ...others } = sources;
  return tell(workload, live, others, { ...settings, judging }, { signal, usesBefore });
}

async function tell(
  workload: Workload,
  world: World,
  sources: Sources,
  settings: PredictSettings,
  { signal, usesBefore }: Omit<PodSpecTerms, 'firstLook'>,
): Promise<Prediction> {
  const { pluginAnswers, known } = sources;
  const recalled = new Map<ImageUse, KnownImage>();
  const isKnown = (use: ImageUse, terms: PullTerms): boolean => {
    const image = known?.recall(keyOfUse(use, terms));
    if (image !== undefined) recalled.set(use, image);
    return image !== undefined;
  };
  // Each wait costs a review its turn: what is known is not waited for.
  const plan =
    pluginAnswers === undefined
      ? planPulls(workload, world, settings, { usesBefore, ...(known && { isKnown }) })
      : await planned(workload, world, pluginAnswers, settings, { signal, usesBefore });
  const gathering = gather(plan, sources, settings, signal);
  const gathered = gathering instanceof Promise ? await gathering : gathering;
  const decided = judge(plan, gathered, settings, (use) => recalled.get(use));
  const heard = withoutSilenced(decided, settings.levelOf);
  if (known !== undefined) retainPullable(known, plan, gathered, heard);
  const verdict = verdictOf(heard, settings.levelOf);
  return { workload, ...heard, verdict, platformsAreJudged: world.nodes.kind !== 'unknown' };
}

function retainPullable(
  known: KnownImages,
  { terms, images }: WorkloadPlan,
  gathered: Gathered,
  judged: JudgedWorkload,
) {
  if (terms === undefined) return;
  for (const [index, { use: _use, ...image }] of judged.images.entries()) {
    const plan = images[index];
    if (plan?.kind !== 'pull' || image.outcome !== 'pullable') continue;
    known.retain(keyOfUse(plan.use, terms), gathered.get(plan) ?? [], image);
  }
}

/** Plugins are programs: only those are run whose images would be pulled, which a first plan tells. */
async function planned(
  workload: Workload,
  world: World,
  pluginAnswers: NonNullable<Sources['pluginAnswers']>,
  settings: PredictSettings,
  { signal, usesBefore }: Pick<PodSpecTerms, 'signal' | 'usesBefore'>,
): Promise<WorkloadPlan> {
  const plan = planPulls(workload, world, settings, { usesBefore });
  const pulls = plan.images.flatMap((image) => (image.kind === 'pull' ? [image.reference.name] : []));
  if (pulls.length === 0) return plan;
  const pluginAnswersFor = await pluginAnswers([...new Set(pulls)], signal);
  return planPulls(workload, { ...world, pluginAnswersFor }, settings, { usesBefore });
}

/** A workload at which nobody wants us to look. */
export function unexamined(workload: Workload, exemption: Exemption): Prediction {
  const images = podSpecsOf(workload)
    .flatMap((podSpec) => podSpec.images)
    .map((use): JudgedImage => ({ use, outcome: 'unconfirmed', findings: [], isExamined: false }));
  return { workload, images, findings: [], verdict: 'allow', platformsAreJudged: true, exemption };
}

type Gathered = ReadonlyMap<ImagePlan, readonly Evidence[]>;

/** Each image by itself: none waits for the registry of another one. */
function gather(
  plan: WorkloadPlan,
  { inspectPull }: Sources,
  settings: PredictSettings,
  signal: AbortSignal,
): Gathered | Promise<Gathered> {
  if (!plan.images.some(({ kind }) => kind === 'pull')) return nothingGathered;
  // Containers often share an image: what is asked about it in one Pod is the same for all of them.
  const asked = new Map<string, Heard>();
  const ask = (pull: PlannedPull, maxAgeMs: number): Heard => {
    const key = `${maxAgeMs} ${pull.reference.raw}`;
    const answer = asked.get(key) ?? inspectPull(pull, { signal, maxAgeMs });
    asked.set(key, answer);
    return answer;
  };
  const hear = (pull: PlannedPull): Heard => {
    const remembered = ask(pull, Number.POSITIVE_INFINITY);
    return remembered instanceof Promise
      ? remembered.then(async (evidence) => hearAgain(pull, evidence))
      : hearAgain(pull, remembered);
  };
  const hearAgain = (pull: PlannedPull, remembered: readonly Evidence[]): Heard => {
    // What was said a while ago may let an image through; what is held against one is asked for again (contract §3, C16).
    const isOld = remembered.some(({ ageMs }) => ageMs > freshMs);
    const mayBeDenied = isOld && !pullsEverywhere(plan.candidates, pull, remembered);
    return mayBeDenied && isHeldAgainst(pull, remembered) ? ask(pull, freshMs) : remembered;
  };
  const isHeldAgainst = (pull: PlannedPull, evidence: readonly Evidence[]) =>
    judge({ ...plan, images: [pull] }, new Map([[pull, evidence]]), settings).images.some(
      ({ outcome }) => outcome === 'unpullable',
    );
  const heard = new Map<ImagePlan, readonly Evidence[]>();
  const awaited: Promise<unknown>[] = [];
  for (const pull of plan.images) {
    if (pull.kind !== 'pull') continue;
    const evidence = hear(pull);
    if (evidence instanceof Promise) awaited.push(evidence.then((answered) => heard.set(pull, answered)));
    else heard.set(pull, evidence);
  }
  return awaited.length === 0 ? heard : Promise.all(awaited).then(() => heard);
}

const nothingGathered: Gathered = new Map();

type Heard = ReturnType<Sources['inspectPull']>;

function judge(
  plan: WorkloadPlan,
  gathered: Gathered,
  { judging, assume }: PredictSettings,
  knownOf?: KnownOf,
): JudgedWorkload {
  const context = { ...judging, assume, nowMs: Date.now() };
  return judgeWorkload(plan, (image) => gathered.get(image) ?? [], context, knownOf);
}
