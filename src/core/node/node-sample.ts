import type { Node } from './node.ts';

/** How many nodes, and the names of the first five of them in alphabetical order: a message has no room for 5,000. */
export type NodeSample = { readonly count: number; readonly names: readonly string[] };

const sampleSize = 5;

export function nodeSampleOf(nodes: readonly Node[]): NodeSample {
  const names: string[] = [];
  for (const { name } of nodes) {
    const last = names.at(-1);
    if (names.length === sampleSize && last !== undefined && name >= last) continue;
    names.push(name);
    names.sort();
    if (names.length > sampleSize) names.pop();
  }
  return { count: nodes.length, names };
}
