import type { NamespaceLookup } from '../../core/object/namespace.ts';
import type { Workload } from '../../core/workload/workload.ts';
import type { Sources } from '../../predict.ts';
import type { ExistingWorkloads } from '../../sources/cluster/existing-workloads.ts';
import type { UsesSeen } from '../../sources/cluster/uses.ts';

/** Who tells the webhook about the cluster: files, or an API server. */
export type ClusterFacts = {
  readonly worldOf: Sources['worldOf'];
  readonly namespaceNamed: (name: string, signal: AbortSignal) => Promise<NamespaceLookup>;
  /** What a namespace holds that would pull anew; absent where nobody knows. */
  readonly existingIn?: (namespace: string, signal: AbortSignal) => Promise<ExistingWorkloads>;
  /** What runs already; absent where nobody knows. */
  readonly usesOf?: (workload: Workload, signal: AbortSignal) => Promise<UsesSeen>;
  /** Whether images are rewritten on their way into the cluster; absent where nobody knows. */
  readonly rewritersSeen?: NonNullable<Sources['rewritersSeen']>;
  /** Milliseconds since each source was last heard of. */
  readonly ages: () => ReadonlyMap<string, number>;
  /** Why reviews cannot be answered well yet; undefined when they can. */
  readonly notReadyBecause: () => string | undefined;
};
