import { type Node, parseNode } from '../../../src/core/node/node.ts';
import { type Placement, parsePlacement } from '../../../src/core/node/placement.ts';

/** The parts of a Node object that tests vary, not wrapped in metadata, spec and status. */
export type NodeParts = {
  readonly labels?: unknown;
  readonly taints?: unknown;
  readonly unschedulable?: unknown;
  readonly nodeInfo?: unknown;
  readonly images?: unknown;
  readonly providerID?: unknown;
  readonly allocatable?: unknown;
  readonly conditions?: unknown;
};

export function aNodeObject(
  name: string,
  { labels, taints, unschedulable, nodeInfo, images, providerID, allocatable, conditions }: NodeParts = {},
): object {
  return {
    metadata: { name, labels },
    spec: { taints, unschedulable, providerID },
    status: { nodeInfo, images, allocatable, conditions },
  };
}

export function aNode(name: string, parts: NodeParts = {}): Node {
  const parsed = parseNode(
    aNodeObject(name, {
      nodeInfo: { operatingSystem: 'linux', architecture: 'amd64', containerRuntimeVersion: 'containerd://2.2.0' },
      ...parts,
    }),
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.node;
}

export function aPlacement(podSpec: object): Placement {
  const parsed = parsePlacement(podSpec);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.placement;
}

export function requiring(...nodeSelectorTerms: readonly unknown[]): object {
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  };
}
