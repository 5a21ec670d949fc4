/**
 * How Pods that this replica reviewed differ from the templates that it reviewed before them (contract §3, C20). Nothing is
 * asked for it; what was seen counts for an hour.
 */
import { LRUCache } from 'lru-cache';
import type { PodAdmission, World } from '../../core/pull/world.ts';
import {
  type PodDifference,
  type PodTemplate,
  podDifference,
  podOwnerKindOf,
  wayOf,
} from '../../core/workload/pod-difference.ts';
import type { Workload } from '../../core/workload/workload.ts';

export type ObservedPods = {
  readonly observe: (workload: Workload, account: World['serviceAccount']) => void;
  /** In the namespace of the workload, or elsewhere of owners of its kind. */
  readonly differencesFor: (workload: Workload) => PodAdmission['differences'];
};

const keptMs = 60 * 60_000;
/** Pods come moments after their template, or when they are replaced. */
const mostTemplates = 2_000;
const mostDifferences = 500;

/** @param now milliseconds of a clock that is never set back */
export function observedPods(now: () => number = () => performance.now()): ObservedPods {
  const settings = { ttl: keptMs, ttlResolution: 0, perf: { now } };
  const templates = new LRUCache<string, PodTemplate>({ max: mostTemplates, ...settings });
  const byNamespace = new LRUCache<string, PodDifference>({ max: mostDifferences, ...settings });
  const byKind = new LRUCache<string, PodDifference>({ max: mostDifferences, ...settings });
  return {
    observe: (workload, account) => {
      const { form, kind, namespace, name, placement, imagePullSecrets, images, controller } = workload;
      if (form === 'template')
        templates.set(keyOf(namespace, kind, name), { kind, placement, imagePullSecrets, images });
      if (form === 'template' || controller === undefined) return;
      const template = templates.get(keyOf(namespace, controller.kind, controller.name));
      const ofAccount = account.kind === 'found' ? account.account.imagePullSecrets : undefined;
      const difference = template && podDifference(template, workload, ofAccount);
      if (difference === undefined) return;
      const way = wayOf(difference);
      byNamespace.set(`${namespace} ${way}`, difference);
      byKind.set(`${difference.ownerKind} ${way}`, difference);
    },
    differencesFor: ({ namespace, kind }) => {
      if (byKind.size === 0) return none;
      const ownerKind = podOwnerKindOf(kind);
      return [
        ...[...byNamespace.values()].filter((one) => one.namespace === namespace),
        ...[...byKind.values()].filter((one) => one.ownerKind === ownerKind && one.namespace !== namespace),
      ];
    },
  };
}

const none: PodAdmission['differences'] = [];

function keyOf(namespace: string, kind: string, name: string): string {
  return `${namespace}/${kind}/${name}`;
}
