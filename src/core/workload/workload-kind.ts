/** A kind of object that is or embeds a pod spec. */
export type WorkloadKind = {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Members that lead from the object to the pod spec. */
  readonly podSpecPath: readonly string[];
  /** The object may do without one: nothing is wrong with it then, and nothing to examine. */
  readonly podSpecIsOptional?: true;
};

const inTemplate = ['spec', 'template', 'spec'];

/** Every built-in one (Kubernetes API reference, Workload Resources). Versions differ only in what does not concern images. */
export const builtInWorkloadKinds: readonly WorkloadKind[] = [
  { group: '', kind: 'Pod', podSpecPath: ['spec'] },
  { group: '', kind: 'PodTemplate', podSpecPath: ['template', 'spec'] },
  { group: '', kind: 'ReplicationController', podSpecPath: inTemplate, podSpecIsOptional: true },
  { group: 'apps', kind: 'Deployment', podSpecPath: inTemplate },
  { group: 'apps', kind: 'ReplicaSet', podSpecPath: inTemplate, podSpecIsOptional: true },
  { group: 'apps', kind: 'StatefulSet', podSpecPath: inTemplate },
  { group: 'apps', kind: 'DaemonSet', podSpecPath: inTemplate },
  { group: 'batch', kind: 'Job', podSpecPath: inTemplate },
  { group: 'batch', kind: 'CronJob', podSpecPath: ['spec', 'jobTemplate', 'spec', 'template', 'spec'] },
];

/** The group of `apps/v1` is `apps`, that of `v1` is empty. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
