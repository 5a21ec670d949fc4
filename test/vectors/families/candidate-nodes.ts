import { candidateNodesOf } from '../../../src/core/node/candidate-nodes.ts';
import { type Node, parseNode } from '../../../src/core/node/node.ts';
import { type Placement, parsePlacement } from '../../../src/core/node/placement.ts';
import type { Family } from '../play.ts';

type NodeInput = {
  readonly name: string;
  readonly labels?: object;
  readonly taints?: readonly object[];
  readonly unschedulable?: boolean;
};
type Input = {
  readonly kind: 'Pod' | 'DaemonSet';
  readonly spec: object;
  readonly nodes: readonly NodeInput[];
  readonly gates?: readonly string[];
};
type Expectation = { readonly nodes: readonly string[]; readonly refused?: Readonly<Record<string, string>> };

export const candidateNodes: Family = (input: Input, expected: Expectation) => {
  const { nodes, refused } = candidateNodesOf(placementOf(input.spec), input.kind, input.nodes.map(nodeOf), {
    taintTolerationComparisonOperators: input.gates?.includes('TaintTolerationComparisonOperators') ?? false,
  });
  const allowed = new Set([...nodes, ...refused.map(({ node }) => node)].map(({ name }) => name));
  const reasons = Object.fromEntries(refused.map(({ node, reason }) => [node.name, reason]));
  const came = {
    nodes: input.nodes.map(({ name }) => name).filter((name) => allowed.has(name)),
    ...(refused.length === 0 ? {} : { refused: reasons }),
  };
  return { expected, came };
};

function placementOf(spec: object): Placement {
  const parsed = parsePlacement(spec);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.placement;
}

/** The vectors leave out that all their nodes run Linux. */
function nodeOf({ name, labels, taints, unschedulable }: NodeInput): Node {
  const parsed = parseNode({
    metadata: { name, labels },
    spec: { taints, unschedulable },
    status: { nodeInfo: { operatingSystem: 'linux' } },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.node;
}
