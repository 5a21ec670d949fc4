import type { NodePool } from '../node/node-pool.ts';
import type { Scaler } from '../node/scaler.ts';

/** What of a cluster, beside its Node objects, shows that nodes may come, and which (contract §3, C21). */
export type NodeGrowth = {
  readonly scalers: readonly Scaler[];
  /** Of Karpenter; absent where they were not listed, or not all of them could be understood. */
  readonly pools?: readonly NodePool[];
  /** Why not all that shows it could be looked at. */
  readonly unseen?: string;
  /** Nothing could be found out, since the API server failed. */
  readonly hasFailed?: true;
};
