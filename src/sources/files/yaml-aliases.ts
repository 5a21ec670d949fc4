import { type Alias, isAlias, isMap, isNode, isSeq, type Node } from 'yaml';
import { quoted } from './quoted.ts';
import { YamlFaultFound } from './yaml-fault.ts';

/** A node of the syntax tree; undefined is an empty place. */
export type YamlNode = Node | undefined;
export type AliasTargets = ReadonlyMap<Alias, Node>;

export function nodeOf(place: unknown): YamlNode {
  return isNode(place) ? place : undefined;
}

export function offsetOf(node: YamlNode): number {
  return node?.range?.[0] ?? 0;
}

/**
 * The node each alias stands for: the one that had the name last, in the order of the text, at the alias. In one pass,
 * because the library's own look-up starts from the top for each alias. Throws `YamlFaultFound`.
 */
export function bindAliases(root: YamlNode): AliasTargets {
  const named = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const visit = (node: YamlNode): void => {
    if (node === undefined) return;
    if (isAlias(node)) {
      const target = named.get(node.source);
      if (target === undefined) throw new YamlFaultFound(offsetOf(node), unknownAnchor(node.source));
      targets.set(node, target);
      return;
    }
    if ('anchor' in node && node.anchor !== undefined) named.set(node.anchor, node);
    if (isSeq(node)) for (const item of node.items) visit(nodeOf(item));
    if (isMap(node))
      for (const { key, value } of node.items) {
        visit(nodeOf(key));
        visit(nodeOf(value));
      }
  };
  visit(root);
  return targets;
}

function unknownAnchor(name: string): string {
  return `refers to *${quoted(name)} with no anchor of this name before it; define it, or quote the text`;
}
