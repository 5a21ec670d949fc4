/**
 * What annotations of a Namespace add to the placement of its Pods where the admission plugins PodNodeSelector and
 * PodTolerationRestriction are on, or on OpenShift. They are off by default, and no API tells.
 */
import { type NamespaceLookup, placementAnnotations } from '../object/namespace.ts';
import { schemaWhenUsed } from '../object/schema-when-used.ts';
import { tolerationsSchema } from './placement.ts';
import type { Toleration } from './toleration.ts';

export type NamespaceDefaults = {
  /** Names of those that are there. */
  readonly annotations: readonly string[];
  readonly nodeSelector: ReadonlyMap<string, string>;
  readonly tolerations: readonly Toleration[];
};

export type NamespaceDefaultsSeen =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly defaults: NamespaceDefaults }
  /** The Namespace could not be read, or not lately. */
  | { readonly kind: 'unknown'; readonly why: string };

export function namespaceDefaultsOf(lookup: NamespaceLookup): NamespaceDefaultsSeen {
  switch (lookup.kind) {
    case 'absent':
      return { kind: 'none' };
    case 'unknown':
      return lookup;
    case 'found': {
      if (lookup.isStale) return { kind: 'unknown', why: 'the information about it is out of date' };
      const { annotations } = lookup.namespace;
      return annotations === undefined ? { kind: 'none' } : { kind: 'found', defaults: defaultsIn(annotations) };
    }
  }
}

/** What cannot be understood adds nothing; that there is something shows by its name. */
function defaultsIn(annotations: ReadonlyMap<string, string>): NamespaceDefaults {
  const { nodeSelector, openShiftNodeSelector, defaultTolerations } = placementAnnotations;
  const selectors = [nodeSelector, openShiftNodeSelector].map((name) => annotations.get(name) ?? '');
  return {
    annotations: [...annotations.keys()].toSorted(),
    nodeSelector: new Map(selectors.flatMap(selectorIn)),
    tolerations: tolerationsIn(annotations.get(defaultTolerations) ?? ''),
  };
}

/** `disk=ssd,zone=a` (apimachinery labels, ConvertSelectorToLabelsMap). */
function selectorIn(written: string): readonly (readonly [string, string])[] {
  const pairs = written.split(',').map((pair) => pair.split('='));
  return pairs.flatMap(([key = '', value, ...more]) =>
    value === undefined || more.length > 0 ? [] : [[key.trim(), value.trim()] as const],
  );
}

const tolerations = schemaWhenUsed(tolerationsSchema);

function tolerationsIn(written: string): readonly Toleration[] {
  try {
    const parsed = tolerations.safeParse(JSON.parse(written));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}
