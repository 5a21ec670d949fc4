/** How a Pod differs from the template that it was made of, where that decides about pulls (contract §3, C20). */
import { admissionTolerations, daemonSetTolerations } from '../node/added-tolerations.ts';
import type { NodeSelectorTerm, Placement } from '../node/placement.ts';
import type { Toleration } from '../node/toleration.ts';
import { type ImageUse, writtenImage } from './image-use.ts';
import type { Workload } from './workload.ts';

export type PodDifference = {
  readonly namespace: string;
  /** Of the object that owns the Pod: `ReplicaSet`. */
  readonly ownerKind: string;
  /** `Pod shop/web-1 has another nodeSelector than its ReplicaSet` */
  readonly what: string;
  readonly placement: boolean;
  /** The Pod chooses a platform, which its template does not. */
  readonly choosesPlatform: boolean;
  readonly pullSecrets: boolean;
  readonly images: boolean;
};

/** Equal for Pods that differ in the same respects, whichever they are. */
export function wayOf({ placement, choosesPlatform, pullSecrets, images }: PodDifference): string {
  return JSON.stringify([placement, choosesPlatform, pullSecrets, images]);
}

export type PodTemplate = Pick<Workload, 'kind' | 'placement' | 'imagePullSecrets' | 'images'>;

/**
 * @param ofAccount names of the pull Secrets of the Pod's account, where they are known: admission gives them to a Pod that
 *   lists none
 */
export function podDifference(
  template: PodTemplate,
  pod: Workload,
  ofAccount: readonly string[] | undefined,
): PodDifference | undefined {
  const inPlacement = placementDifference(template, pod.placement);
  const pullSecrets = haveOtherSecrets(template.imagePullSecrets, pod.imagePullSecrets, ofAccount);
  const images = haveOtherImages(template.images, pod.images);
  const fields = [
    ...(inPlacement === undefined ? [] : [inPlacement]),
    ...(pullSecrets ? ['imagePullSecrets'] : []),
    ...(images ? ['image'] : []),
  ];
  const [first] = fields;
  if (first === undefined) return undefined;
  return {
    namespace: pod.namespace,
    ownerKind: template.kind,
    what: `Pod ${pod.namespace}/${pod.name} has another ${first} than its ${template.kind}`,
    placement: inPlacement !== undefined,
    choosesPlatform: inPlacement !== undefined && choicesOf(pod.placement) !== choicesOf(template.placement),
    pullSecrets,
    images,
  };
}

/** The field in which a Pod was placed otherwise. What its RuntimeClass adds is known already. */
function placementDifference({ kind, placement: written }: PodTemplate, pod: Placement): string | undefined {
  if (written.runtimeClassName !== pod.runtimeClassName) return 'runtimeClassName';
  if (written.schedulerName !== pod.schedulerName) return 'schedulerName';
  if (written.runtimeClassName !== undefined) return undefined;
  if (textOf(written.nodeSelector) !== textOf(pod.nodeSelector)) return 'nodeSelector';
  if (termsOf(written) !== termsOf(pod)) return 'nodeAffinity';
  if (!written.hasSchedulingGates && pod.hasSchedulingGates) return 'schedulingGates';
  const known = [
    ...written.tolerations,
    ...admissionTolerations(written),
    // PodTolerationRestriction adds it to every Pod that asks for resources.
    { key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', value: '', effect: 'NoSchedule' },
    ...(kind === 'DaemonSet' ? daemonSetTolerations(written) : []),
  ].map(tolerationText);
  return pod.tolerations.every((toleration) => known.includes(tolerationText(toleration))) ? undefined : 'tolerations';
}

/** The DaemonSet controller binds each Pod to its node by a field (pkg/controller/daemon/util). */
function termsOf({ requiredNodeAffinity = [] }: Placement): string {
  const terms = requiredNodeAffinity.map(({ matchExpressions }: NodeSelectorTerm) => matchExpressions);
  return JSON.stringify(terms.filter((term) => term.length > 0));
}

const platformKey = /^(?:beta\.)?kubernetes\.io\/(?:os|arch)$/;

function choicesOf({ nodeSelector, requiredNodeAffinity = [] }: Placement): string {
  const expressions = requiredNodeAffinity.flatMap(({ matchExpressions }) => matchExpressions);
  return JSON.stringify([
    textOf(new Map([...nodeSelector].filter(([key]) => platformKey.test(key)))),
    expressions.filter(({ key }) => platformKey.test(key)),
  ]);
}

function textOf(selector: ReadonlyMap<string, string>): string {
  return JSON.stringify([...selector].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function tolerationText({ key, operator, value, effect }: Toleration): string {
  return JSON.stringify([key, operator || 'Equal', value, effect]);
}

function haveOtherSecrets(
  written: readonly string[],
  ofPod: readonly string[],
  ofAccount: readonly string[] | undefined,
): boolean {
  const expected = written.length > 0 ? written : ofAccount;
  return expected !== undefined && ofPod.some((name) => !expected.includes(name));
}

/** Of the containers that the template has: others are added by injectors. */
function haveOtherImages(written: readonly ImageUse[], ofPod: readonly ImageUse[]): boolean {
  const named = new Map(ofPod.map((use) => [keyOf(use), pulledBy(use)]));
  return written.some((use) => {
    const now = named.get(keyOf(use));
    return now !== undefined && now !== pulledBy(use);
  });
}

function keyOf({ place, name }: ImageUse): string {
  return `${place} ${name}`;
}

function pulledBy(use: ImageUse): string {
  return use.parsed.ok ? use.parsed.reference.pulled : writtenImage(use);
}

/** Of which kind the Pods' owners are that come of this kind of workload. */
export function podOwnerKindOf(kind: string): string {
  if (kind === 'CronJob') return 'Job';
  return directOwners.has(kind) ? kind : 'ReplicaSet';
}

const directOwners: ReadonlySet<string> = new Set([
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'Job',
]);
