/** The world as it was before nodes pulled anything: what they have now would speak for every image that they pulled. */
import type { Node } from '../../core/node/node.ts';
import type { NodesSeen, World } from '../../core/pull/world.ts';
import type { ExaminedWorld } from '../../examination/world.ts';

export function worldBeforePulls(
  { lookBeforeDenial: _uses, ...world }: ExaminedWorld,
  nodes: NodesSeen,
): ExaminedWorld {
  const before = nodes.kind === 'nodes' ? { ...nodes, nodes: nodes.nodes.map(withoutImages) } : nodes;
  return {
    ...world,
    worldOf: async (workload, terms) => {
      const now = await world.worldOf(workload, terms);
      return { ...now, nodes: before, ...(now.images && { images: imagesBefore(now.images) }) };
    },
  };
}

function withoutImages(node: Node): Node {
  return { ...node, imageNames: new Set() };
}

function imagesBefore({ doubt: _doubt, ...images }: NonNullable<World['images']>): NonNullable<World['images']> {
  return { ...images, runnerOf: () => undefined, namerOf: () => undefined, unseen: [] };
}
