/** What a review asks of the outside, and what it looks up before something is denied (contract §3, C10 and the fuse). */
import type { World } from '../../core/pull/world.ts';
import type { Sources } from '../../predict.ts';
import { type UsesWanted, useOf } from '../../sources/cluster/uses.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { ReviewSettings } from './reviewing.ts';

export type ReviewTerms = {
  /** What one namespace asks for takes turns with what others ask for (contract §5). */
  readonly namespace: string;
  /** Of an object that may be rolled back. */
  readonly isUpdate: boolean;
  /** Not asked for, but there. */
  readonly exists?: true;
  readonly isDryRun: boolean;
};

export function sourcesOf(context: ReviewSettings, { namespace, isUpdate, exists, isDryRun }: ReviewTerms): Sources {
  const { inspectPull, known, pluginAnswers, rewritersSeen } = context;
  return {
    worldOf: observingWorld(context, isDryRun),
    known: {
      recall: known.recall,
      retain: (key, evidence, image) => known.retain(key, evidence, image, namespace),
    },
    inspectPull: (pull, terms) => inspectPull(pull, { ...terms, asker: namespace }),
    lookBeforeDenial: lookingBeforeDenial(context, { isUpdate, ...(exists && { withoutHistory: true }) }),
    ...(pluginAnswers && {
      pluginAnswers: (repositories, signal) => pluginAnswers(repositories, signal, namespace),
    }),
    ...(rewritersSeen && { rewritersSeen }),
  };
}

/** Each workload is compared with what was reviewed before, and told of what was seen. Of a dry run nothing comes. */
function observingWorld({ facts, observed, metrics }: ReviewSettings, isDryRun: boolean): Sources['worldOf'] {
  return async (workload, terms) => {
    const world = await facts.worldOf(workload, terms);
    if (terms.isLive) noteGivenUp(world, metrics);
    if (!isDryRun) observed.observe(workload, world.serviceAccount);
    const seen = observed.differencesFor(workload);
    if (seen.length === 0) return world;
    const { mutators = [], differences = [], ...unseen } = world.admission ?? {};
    return { ...world, admission: { ...unseen, mutators, differences: [...seen, ...differences] } };
  };
}

/** Some denials are warnings because of it. */
function noteGivenUp({ growth, admission }: World, metrics: Metrics): void {
  if (growth?.hasFailed === true) metrics.lookupGivenUp('growth');
  if (admission?.unseenPods !== undefined) metrics.lookupGivenUp('pods');
}

function lookingBeforeDenial(
  { facts, fuseBox, admitted, metrics }: ReviewSettings,
  wanted: Omit<UsesWanted, 'signal'>,
): NonNullable<Sources['lookBeforeDenial']> {
  return async (workload, signal) => {
    const [found, blownFor] = await Promise.all([
      facts.usesOf?.(workload, { ...wanted, signal }),
      fuseBox.look(signal),
    ]);
    if (found?.doubt !== undefined || found?.unseen !== undefined) metrics.lookupGivenUp('uses');
    const uses = found ?? { users: new Map<string, string>() };
    return ({ reference }) => {
      const fuse = blownFor(reference.registry, workload.namespace);
      const before = admitted.sentenceOn(reference.pulled);
      const wasInUse = admitted.useIn(workload.namespace, reference.pulled);
      return {
        ...useOf(uses, reference),
        ...(wasInUse !== undefined && { wasInUse }),
        ...(fuse !== undefined && { fuse }),
        ...(before !== undefined && { admitted: before }),
      };
    };
  };
}
