/** Whom a certain finding may reject at all (contract §3): decided once for a workload, not for each finding. */

export type DenyRules = {
  /** Objects with a pod template. */
  readonly workloads: boolean;
  /** Pods that nobody's controller made. */
  readonly pods: boolean;
  readonly controlledPods: boolean;
};

/** What of a workload decides. */
type Owned = { readonly form: 'pod' | 'template'; readonly controller?: unknown };

/** No Pod of a controller means no Pending for the autoscaler, and a ReplicaSet that backs off for many minutes. */
export function denyRuleOf({ form, controller }: Owned): keyof DenyRules {
  if (form === 'template') return 'workloads';
  return controller === undefined ? 'pods' : 'controlledPods';
}
