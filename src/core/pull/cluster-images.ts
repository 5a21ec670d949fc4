import type { MirrorSeen } from '../node/mirror-seen.ts';

/**
 * What of a cluster, beside its Node objects, shows how images come to its nodes. Of references each is what containerd
 * would resolve.
 */
export type ClusterImages = {
  /** Shown by objects: DaemonSets, and OpenShift's sets of mirrors (contract §3, C17). */
  readonly mirrors: readonly MirrorSeen[];
  /** Why not all of these objects could be looked at. */
  readonly unseenMirrors?: string;
  /** Who runs an image, anywhere in the cluster: `Pod shop/web-1` (C18). */
  readonly runnerOf: (pulled: string) => string | undefined;
  /** Who names it, now or in a former revision: `ReplicaSet shop/web-5d4` (C19). */
  readonly namerOf: (pulled: string) => string | undefined;
  /** Of what could not be looked up, a line each, as `assuming` has them. */
  readonly unseen: readonly string[];
  /** Why it may run there all the same: the API server failed. */
  readonly doubt?: string;
};
