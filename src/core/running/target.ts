/** What somebody names as kubectl does: `pod/web-1`, `deploy/web`, `rollouts.argoproj.io/web`. */
import type { OwnerReference } from '../workload/workload.ts';
import { groupOf } from '../workload/workload-kind.ts';
import { type Owner, ownerKey, type RunningObjects, type RunningPod } from './running-objects.ts';
import { chainAbove, identityOf, type Subject, topAbove } from './subjects.ts';

export type Target = { readonly kind: string; readonly group?: string; readonly name: string };

const shortNames: Readonly<Record<string, string>> = {
  po: 'pod',
  deploy: 'deployment',
  rs: 'replicaset',
  sts: 'statefulset',
  ds: 'daemonset',
  cj: 'cronjob',
  rc: 'replicationcontroller',
};

/** Undefined for what is no `KIND/NAME`. */
export function parseTarget(written: string): Target | undefined {
  const match = /^([a-z\d]+)((?:\.[a-z\d-]+)*)\/([a-z\d](?:[a-z\d.-]*[a-z\d])?)$/i.exec(written);
  if (match === null) return undefined;
  const [, kind = '', group = '', name = ''] = match;
  const lower = kind.toLowerCase();
  return { kind: shortNames[lower] ?? lower, name, ...(group !== '' && { group: group.slice(1) }) };
}

/** Undefined where there is no such object in the namespace. */
export function subjectNamed(
  { kind, group, name }: Target,
  namespace: string,
  running: RunningObjects,
  subjects: readonly Subject[],
): Subject | undefined {
  if (isKind('Pod', kind) && group === undefined) {
    const pod = running.pods.find((one) => one.namespace === namespace && one.name === name);
    return pod && podAsItIs(pod, running);
  }
  const isNamed = (owner: Pick<OwnerReference, 'apiVersion' | 'kind' | 'name'>) =>
    owner.name === name && isKind(owner.kind, kind) && (group === undefined || groupOf(owner.apiVersion) === group);
  const here = subjects.filter(({ workload }) => workload.namespace === namespace);
  const itself = here.find(({ workload }) => isNamed(workload));
  if (itself !== undefined) return itself;
  const isBelow = ({ namespace: within, controller }: Pick<Owner, 'namespace' | 'controller'>): boolean =>
    (controller !== undefined && isNamed(controller)) || chainAbove(within, controller, running.owners).some(isNamed);
  return here.find(({ workload, owner, pods }) => {
    const known = running.owners.get(ownerKey(namespace, workload));
    return (owner !== undefined && isNamed(owner)) || (known !== undefined && isBelow(known)) || pods.some(isBelow);
  });
}

/** On the node where it is: there the next attempt is made. */
function podAsItIs(pod: RunningPod, { owners }: RunningObjects): Subject {
  const { workload, name, node, controller, state } = pod;
  const owner = controller && topAbove(pod.namespace, controller, owners);
  const placement = { ...workload.placement, ...(node !== undefined && { nodeName: node }) };
  return {
    workload: { ...workload, name, placement },
    ...(owner && { owner: identityOf(owner) }),
    pods: [pod],
    added: [],
    createdAt: state.createdAt,
    createdBy: '',
  };
}

/** `deployments` and `deployment` are `Deployment`; `proxies` is `Proxy`. */
function isKind(kind: string, written: string): boolean {
  const singular = kind.toLowerCase();
  return [singular, `${singular}s`, `${singular}es`, singular.replace(/y$/, 'ies')].includes(written);
}
