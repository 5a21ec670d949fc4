import type { PluginAnswersFor } from '../credential/plugin-answer.ts';
import type { PullSecret } from '../credential/pull-secret.ts';
import type { ServiceAccountLookup } from '../credential/service-account.ts';
import type { UnrenderedSecret } from '../credential/unrendered-secret.ts';
import type { Platform } from '../image/platform.ts';
import type { NamespaceDefaultsSeen } from '../node/namespace-defaults.ts';
import type { Node } from '../node/node.ts';
import type { NodePool } from '../node/node-pool.ts';
import type { RuntimeClassLookup } from '../node/runtime-class.ts';
import type { Scaler } from '../node/scaler.ts';
import type { PodDifference } from '../workload/pod-difference.ts';
import type { PodMutator } from '../workload/pod-mutators.ts';
import type { ClusterImages } from './cluster-images.ts';

/** The cluster as far as one workload is concerned. What could not be read is a case of its own, not an absence. */
export type World = {
  readonly nodes: NodesSeen;
  readonly serviceAccount: ServiceAccountLookup;
  readonly secretNamed: (name: string) => SecretLookup;
  /** Absent where the kubelets' plugins are not known, or were not asked yet. */
  readonly pluginAnswersFor?: PluginAnswersFor;
  /** Of the name that the workload gives; absent where it gives none. */
  readonly runtimeClass?: RuntimeClassLookup;
  /** What the Namespace adds to the placement of its Pods; absent where nobody knows. */
  readonly namespaceDefaults?: NamespaceDefaultsSeen;
  /** Absent where nobody has looked, since nothing would be denied so far. */
  readonly images?: ClusterImages;
  /** Likewise. */
  readonly growth?: NodeGrowth;
  /** Likewise, or as far as it was seen without looking. */
  readonly admission?: PodAdmission;
};

export type NodesSeen =
  /** `isStale`: others may have come since, or other labels, and the API server has not told. */
  | { readonly kind: 'nodes'; readonly nodes: readonly Node[]; readonly isStale?: true }
  /** Nobody looked, but these platforms were named. */
  | { readonly kind: 'platforms'; readonly platforms: readonly Platform[] }
  | { readonly kind: 'unknown' };

export type SecretLookup =
  | { readonly kind: 'found'; readonly secret: PullSecret }
  | { readonly kind: 'absent' }
  /** Not among the objects that we were given, which need not be all. */
  | { readonly kind: 'not-given' }
  | { readonly kind: 'unknown'; readonly why: string }
  /** The input has it, but what of it will be applied is open (contract §3, C22, C23). */
  | { readonly kind: 'open'; readonly why: OpenSecret };

export type OpenSecret = UnrenderedSecret | 'contradictory';

/** What of a cluster, apart from its Node objects, may add nodes, and which (contract §3, C21). */
export type NodeGrowth = {
  readonly scalers: readonly Scaler[];
  /** Of Karpenter; absent where they were not listed, or not all of them could be understood. */
  readonly pools?: readonly NodePool[];
  /** Why not all that shows it could be looked at. */
  readonly unseen?: string;
  /** Nothing could be found out, since the API server failed. */
  readonly hasFailed?: true;
};

/** What is known of how Pods are changed on their way from their template (contract §3, C20). */
export type PodAdmission = {
  readonly mutators: readonly PodMutator[];
  /** Why not all of them could be looked at. */
  readonly unseenMutators?: string;
  /** Of Pods in the namespace of the workload, or elsewhere of owners of its kind. */
  readonly differences: readonly PodDifference[];
  /** Why Pods and their owners could not be compared. */
  readonly unseenPods?: string;
};
