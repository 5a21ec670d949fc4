/** Which kinds of nodes could pull an image of which the platforms are known, and whether a Pod would be placed on them. */
import { normalizePlatform, type Platform } from '../image/platform.ts';
import { assumedNodes } from './assumed-nodes.ts';
import { candidateNodesOf } from './candidate-nodes.ts';
import type { NodeSelectorRequirement, Placement } from './placement.ts';

/** Generous: which variant or version of Windows it is does not count, and what a processor runs beside its own does. */
export function mayRunOn(offered: Platform, node: Platform): boolean {
  const offer = normalizePlatform(offered, 'v1.0.0-rc.4', node.os);
  const { os, architecture } = normalizePlatform(node, 'v1.0.0-rc.4', node.os);
  if (offer.os !== os) return false;
  return offer.architecture === architecture || runsBesides.get(architecture) === offer.architecture;
}

const runsBesides: ReadonlyMap<string, string> = new Map([
  ['amd64', '386'],
  ['arm64', 'arm'],
]);

/**
 * Of these platforms those on which the Pod could land if there were such a node, whatever else it may need to be. Each is
 * named once, without variant and version. Entries that are no programs, such as attestations, are not for any node.
 */
export function platformsThatFit(platforms: readonly Platform[], placement: Placement): readonly Platform[] {
  const named = platforms.filter(({ os, architecture }) => isName(os) && isName(architecture));
  const plain = new Map(named.map(({ os, architecture }) => [`${os}/${architecture}`, { os, architecture }] as const));
  const nodes = assumedNodes([...plain.values()]);
  const fitting = candidateNodesOf(onlyPlatforms(placement), 'Template', nodes).nodes;
  return fitting.flatMap(({ platform }) => (platform.kind === 'known' ? [platform.platform] : []));
}

function isName(written: string): boolean {
  return written !== '' && written !== 'unknown';
}

/** Without demands that a node of any platform could meet. */
function onlyPlatforms({ requiredNodeAffinity: terms, nodeName: _nodeName, ...placement }: Placement): Placement {
  const kept = terms?.map((term) => ({
    matchExpressions: term.matchExpressions.filter(isOfPlatform),
    matchFields: [],
  }));
  // A term of which nothing is left is met by some node of each platform.
  const isOpen = terms?.some(
    ({ matchExpressions, matchFields }, index) =>
      matchExpressions.length + matchFields.length > 0 && kept?.[index]?.matchExpressions.length === 0,
  );
  return {
    ...placement,
    nodeSelector: new Map([...placement.nodeSelector].filter(([key]) => platformLabels.has(key))),
    ...(kept !== undefined && !isOpen && { requiredNodeAffinity: kept }),
  };
}

function isOfPlatform({ key }: NodeSelectorRequirement): boolean {
  return platformLabels.has(key);
}

const platformLabels: ReadonlySet<string> = new Set([
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);
