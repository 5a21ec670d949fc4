import type { Namespace } from '../../core/object/namespace.ts';
import type { World } from '../../core/pull/world.ts';
import type { Workload } from '../../core/workload/workload.ts';

/** Who tells the webhook about the cluster: files, or an API server. */
export type ClusterFacts = {
  readonly worldOf: (workload: Workload, signal: AbortSignal) => Promise<World>;
  readonly namespaceNamed: (name: string, signal: AbortSignal) => Promise<Namespace | undefined>;
  /** Why reviews cannot be answered well yet; undefined when they can. */
  readonly notReadyBecause: () => string | undefined;
};
