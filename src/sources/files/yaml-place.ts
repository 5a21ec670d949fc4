import { isAlias, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import type { Finder } from './document-place.ts';
import type { FieldPath } from './field-path.ts';
import { type AliasTargets, nodeOf, offsetOf, type YamlNode } from './yaml-aliases.ts';
import { isMergeKey, type YamlTree } from './yaml-value.ts';

/** A field: where it starts (a member at its name), and its value. */
type Field = { readonly offset: number; readonly value: YamlNode };

export function treeFinder(tree: YamlTree): Finder {
  return {
    offsetOf: (path) => fieldAt(tree, path).offset,
    elementOffsets: (path) => elementOffsets(tree, path),
  };
}

function elementOffsets(tree: YamlTree, path: FieldPath): readonly number[] {
  const { offset, value } = fieldAt(tree, path);
  const list = followed(value, tree.targets);
  return isSeq(list) ? list.items.map((item) => offsetOf(nodeOf(item)) || offset) : [];
}

/** The field, or the deepest part of the path that is there. */
function fieldAt({ root, targets }: YamlTree, path: FieldPath): Field {
  let field: Field = { offset: offsetOf(root), value: root };
  for (const step of path) {
    const inside = fieldIn(followed(field.value, targets), step, targets);
    if (inside === undefined) return field;
    field = inside;
  }
  return field;
}

function fieldIn(node: YamlNode, step: string | number, targets: AliasTargets): Field | undefined {
  if (isMap(node)) return memberOf(node, String(step), targets);
  const item = isSeq(node) ? nodeOf(node.items[Number(step)]) : undefined;
  return item === undefined ? undefined : { offset: offsetOf(item), value: item };
}

/** The member that counts: the last one of that name, its own or merged. */
function memberOf(map: YAMLMap, name: string, targets: AliasTargets): Field | undefined {
  let member: Field | undefined;
  for (const pair of map.items) {
    const key = nodeOf(pair.key);
    const value = nodeOf(pair.value);
    if (isMergeKey(key)) member = mergedMember(value, name, targets) ?? member;
    else if (isScalar(key) && key.source === name) member = { offset: offsetOf(key), value };
  }
  return member;
}

function mergedMember(merged: YamlNode, name: string, targets: AliasTargets): Field | undefined {
  const sources = isSeq(merged) ? merged.items.map(nodeOf) : [merged];
  for (const source of sources) {
    const map = followed(source, targets);
    const member = isMap(map) ? memberOf(map, name, targets) : undefined;
    if (member !== undefined) return member;
  }
  return undefined;
}

function followed(node: YamlNode, targets: AliasTargets): YamlNode {
  return isAlias(node) ? targets.get(node) : node;
}
