/** What a review asks of the outside, and what it looks up before something is denied (contract §3, C10 and the fuse). */
import type { Sources } from '../../predict.ts';
import { useOf } from '../../sources/cluster/uses.ts';
import type { Reviewing } from './reviewing.ts';

/** @param isUpdate of an object that may be rolled back */
export function sourcesOf(context: Reviewing, { isUpdate }: { readonly isUpdate: boolean }): Sources {
  const { facts, inspectPull, pluginAnswers, rewritersSeen } = context;
  return {
    worldOf: facts.worldOf,
    inspectPull,
    lookBeforeDenial: lookingBeforeDenial(context, isUpdate),
    ...(pluginAnswers && { pluginAnswers }),
    ...(rewritersSeen && { rewritersSeen }),
  };
}

function lookingBeforeDenial(
  { facts, fuseBox, admitted }: Reviewing,
  isUpdate: boolean,
): NonNullable<Sources['lookBeforeDenial']> {
  return async (workload, signal) => {
    const [found, blownFor] = await Promise.all([facts.usesOf?.(workload, { signal, isUpdate }), fuseBox.look(signal)]);
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
