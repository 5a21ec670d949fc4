import type { PodSpecPath } from './pod-spec-path.ts';

/** A kind of object that is or embeds a pod spec. Of kinds that embed several there is one for each path. */
export type WorkloadKind = {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly podSpecPath: PodSpecPath;
  /** The object may do without one: nothing is wrong with it then, and nothing to examine. */
  readonly podSpecIsOptional?: true;
  /**
   * Of kinds that the API server does not validate itself: what a container without an image means. `unknown`: its
   * controller may fill the image in. `filled-in`: it does, and containers may be missing altogether.
   */
  readonly missingImage?: 'unknown' | 'filled-in';
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
