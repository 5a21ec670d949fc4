/** Who tells a run about the world of its workloads: the input alone, or a cluster beneath it. */
import type { HostPattern } from '../core/egress/host-pattern.ts';
import type { NamespaceLookup } from '../core/object/namespace.ts';
import type { Sources } from '../predict.ts';
import type { FileFacts } from '../sources/facts/file-facts.ts';

export type ExaminedWorld = Pick<Sources, 'worldOf' | 'lookBeforeDenial' | 'rewritersSeen'> & {
  readonly namespaceNamed: (name: string, signal: AbortSignal) => Promise<NamespaceLookup>;
  /** No registry may lead pullgate to it. */
  readonly apiServer: () => readonly HostPattern[];
  /** What could not be read so far, apart from what findings say. */
  readonly notices: () => readonly string[];
};

/** Nothing but registries is contacted. */
export function worldOfInput(facts: FileFacts): ExaminedWorld {
  return {
    worldOf: async (workload) => facts.worldOf(workload),
    namespaceNamed: async (name) => {
      const lookup = facts.namespaceNamed(name);
      // Several say different things: who runs this has said which mode counts.
      return lookup.kind === 'unknown' ? { kind: 'absent' } : lookup;
    },
    apiServer: () => [],
    notices: () => [],
  };
}
