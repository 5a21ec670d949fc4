/**
 * The placement of the Pods that will come of a template, or of a Pod that no API server has seen: what is written, and what
 * admission is known to add. What it may do besides is told as a doubt (contract §3, C20).
 */
import type { NamespaceDefaultsSeen } from './namespace-defaults.ts';
import type { Placement } from './placement.ts';
import { isExtendedResource, type Resources } from './resources.ts';
import type { RuntimeClassLookup } from './runtime-class.ts';
import type { Toleration } from './toleration.ts';

export type PlacementAdditions = {
  /** Absent where no RuntimeClass is named. */
  readonly runtimeClass?: RuntimeClassLookup;
  /** Absent where nobody knows the Namespace. */
  readonly namespaceDefaults?: NamespaceDefaultsSeen;
  readonly requests: Resources;
};

export type AdmissionDoubt =
  /** A RuntimeClass may choose nodes, and was not read, or does not exist yet. */
  | { readonly kind: 'runtime-class-unread'; readonly name: string; readonly why: string }
  /** Annotations of the Namespace choose nodes, where the plugins that read them are on. */
  | { readonly kind: 'namespace-defaults'; readonly annotations: readonly string[] }
  | { readonly kind: 'namespace-unread'; readonly why: string }
  /** ExtendedResourceToleration, where it is on, adds a toleration for each. */
  | { readonly kind: 'extended-resources'; readonly names: readonly string[] };

export type PodPlacement = { readonly placement: Placement; readonly doubts: readonly AdmissionDoubt[] };

export function podPlacementOf(written: Placement, additions: PlacementAdditions): PodPlacement {
  const { runtimeClass, namespaceDefaults, requests } = additions;
  const doubts: AdmissionDoubt[] = [];
  let placement = written;
  const { runtimeClassName } = written;
  if (runtimeClassName !== undefined) {
    if (runtimeClass?.kind === 'found') placement = withSelection(placement, runtimeClass.runtimeClass);
    else doubts.push({ kind: 'runtime-class-unread', name: runtimeClassName, why: whyUnread(runtimeClass) });
  }
  if (namespaceDefaults?.kind === 'found') {
    const { defaults } = namespaceDefaults;
    placement = withSelection(placement, defaults);
    doubts.push({ kind: 'namespace-defaults', annotations: defaults.annotations });
  }
  if (namespaceDefaults?.kind === 'unknown') doubts.push({ kind: 'namespace-unread', why: namespaceDefaults.why });
  const names = [...requests].flatMap(([name, amount]) => (amount > 0 && isExtendedResource(name) ? [name] : []));
  if (names.length > 0) {
    placement = withSelection(placement, { nodeSelector: new Map(), tolerations: names.map(toleranceOf) });
    doubts.push({ kind: 'extended-resources', names });
  }
  return { placement, doubts };
}

function whyUnread(lookup: RuntimeClassLookup | undefined): string {
  if (lookup === undefined || lookup.kind === 'found') return 'not looked up';
  return lookup.kind === 'absent' ? 'does not exist yet' : lookup.why;
}

type Selection = Pick<Placement, 'nodeSelector' | 'tolerations'>;

/** A value that contradicts the one written is refused by admission: no node takes such a Pod. */
function withSelection(placement: Placement, { nodeSelector, tolerations }: Selection): Placement {
  const contradicts = [...nodeSelector].some(([key, value]) => (placement.nodeSelector.get(key) ?? value) !== value);
  return {
    ...placement,
    nodeSelector: new Map([...nodeSelector, ...placement.nodeSelector]),
    tolerations: [...placement.tolerations, ...tolerations],
    ...(contradicts && { requiredNodeAffinity: [] }),
  };
}

/** plugin/pkg/admission/extendedresourcetoleration */
function toleranceOf(name: string): Toleration {
  return { key: name, operator: 'Exists', value: '', effect: 'NoSchedule' };
}
