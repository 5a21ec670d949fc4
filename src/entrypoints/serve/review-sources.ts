/** What a review asks of the outside, and what it looks up before something is denied (contract §3, C10 and the fuse). */
import type { Sources } from '../../predict.ts';
import { useOf } from '../../sources/cluster/uses.ts';
import type { Reviewing } from './reviewing.ts';

export function sourcesOf(context: Reviewing): Sources {
  const { facts, inspectPull, pluginAnswers, rewritersSeen } = context;
  return {
    worldOf: facts.worldOf,
    inspectPull,
    lookBeforeDenial: lookingBeforeDenial(context),
    ...(pluginAnswers && { pluginAnswers }),
    ...(rewritersSeen && { rewritersSeen }),
  };
}

function lookingBeforeDenial({ facts, fuseBox }: Reviewing): NonNullable<Sources['lookBeforeDenial']> {
  return async (workload, signal) => {
    const uses = await facts.usesOf?.(workload, signal);
    return ({ reference }) => {
      const fuse = fuseBox.blownFor(reference.registry);
      return {
        ...(uses !== undefined && useOf(uses, reference)),
        ...(fuse !== undefined && { fuse }),
      };
    };
  };
}
