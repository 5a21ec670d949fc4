import type { PodDifference } from '../workload/pod-difference.ts';
import type { PodMutator } from '../workload/pod-mutators.ts';

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
