/** Whom a certain finding may reject at all (contract §3): decided once for a workload, not for each finding. */

export type DenyRules = {
  /** Objects with a pod template. */
  readonly workloads: boolean;
  /** Pods that nobody's controller made. */
  readonly pods: boolean;
  /** Pods of controllers, and what controllers make on the way to Pods. */
  readonly controlledPods: boolean;
};

/** What of a workload decides. */
type Owned = { readonly form: 'pod' | 'template'; readonly kind: string; readonly controller?: unknown };

/** Of a Deployment and of a CronJob: whoever asked for those was told already, and is not asked about these. */
const madeOnTheWay: ReadonlySet<string> = new Set(['ReplicaSet', 'Job']);

/** No Pod of a controller means no Pending for the autoscaler, and a ReplicaSet that backs off for many minutes. */
export function denyRuleOf({ form, kind, controller }: Owned): keyof DenyRules {
  if (controller !== undefined && (form === 'pod' || madeOnTheWay.has(kind))) return 'controlledPods';
  return form === 'template' ? 'workloads' : 'pods';
}
