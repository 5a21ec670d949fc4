/**
 * Nodes of which only the platform was named (`--platform`, contract §4): each stands for one ready node without taints,
 * with the labels that a kubelet sets on its own (kubelet_node_status.go, initialNode). What runs there is unknown, and so is
 * its name: it matches no `nodeName` and no `metadata.name` that a Pod asks for.
 */
import type { Platform } from '../image/platform.ts';
import { type Node, type NodeKind, nodeKindKey } from './node.ts';
import { nodeSignsOf } from './node-signs.ts';

/** The API server accepts no empty name: no Pod can ask for this one. */
const name = '';

export function assumedNodes(platforms: readonly Platform[]): readonly Node[] {
  return platforms.map((platform) => {
    const kind: NodeKind = {
      platform: { kind: 'known', platform },
      runtime: { kind: 'unknown' },
      kubelet: { kind: 'unknown' },
      isVirtualKubelet: false,
    };
    const labels = labelsOf(platform);
    return {
      ...kind,
      name,
      labels,
      taints: [],
      isUnschedulable: false,
      os: platform.os,
      imageNames: new Set(),
      allocatable: new Map(),
      isReady: true,
      signs: nodeSignsOf({ name, labels, taints: [], providerId: '', kubeletVersion: '', images: [] }),
      kindKey: nodeKindKey(kind),
    };
  });
}

function labelsOf({ os, architecture, osVersion }: Platform): ReadonlyMap<string, string> {
  return new Map([
    ['kubernetes.io/os', os],
    ['kubernetes.io/arch', architecture],
    // Deprecated since 1.14, and still set.
    ['beta.kubernetes.io/os', os],
    ['beta.kubernetes.io/arch', architecture],
    ...(os === 'windows' && osVersion !== undefined
      ? ([['node.kubernetes.io/windows-build', osVersion]] as const)
      : []),
  ]);
}
