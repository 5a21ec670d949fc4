import { isAlias, isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import type { FieldPath } from './field-path.ts';
import type { LineTable } from './line-table.ts';
import type { Place } from './place.ts';
import { type AliasTargets, nodeOf, offsetOf, type YamlNode } from './yaml-aliases.ts';
import type { RecentTree, YamlText, YamlTree } from './yaml-tree.ts';
import { isMergeKey } from './yaml-value.ts';

type Located = { readonly of: YamlText; readonly lines: LineTable; readonly recent: RecentTree };
/** A field: where it starts (a member at its name), and its value. */
type Field = { readonly offset: number; readonly value: YamlNode };

/** The place of a document, or of the object at `path` in it. */
export function yamlPlace(located: Located, offset: number, path: FieldPath = []): Place {
  const { of, lines, recent } = located;
  return {
    line: lines.lineAt(offset),
    lineOf: (inside) => lines.lineAt(fieldAt(recent.treeOf(of), [...path, ...inside]).offset),
    items: () => itemPlaces(located, path),
  };
}

function* itemPlaces(located: Located, path: FieldPath): Generator<Place> {
  const offsets = itemOffsets(located.recent.treeOf(located.of), path);
  for (const [index, offset] of offsets.entries()) yield yamlPlace(located, offset, [...path, 'items', index]);
}

function itemOffsets(tree: YamlTree, path: FieldPath): readonly number[] {
  const { offset, value } = fieldAt(tree, [...path, 'items']);
  const items = followed(value, tree.targets);
  return isSeq(items) ? items.items.map((item) => offsetOf(nodeOf(item)) || offset) : [];
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
