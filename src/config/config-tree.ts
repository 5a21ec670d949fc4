import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import { type Flaw, nestedTooDeep } from './compose-config.ts';
import { shown } from './shown.ts';

/** Where a value stands: its key, or the element of a list. */
export type Place = { readonly offset: number; readonly members: ReadonlyMap<PropertyKey, Place> };

export type ConfigTree = {
  readonly value: unknown;
  readonly place: Place;
  /** Keys that are given twice; the first one is in `value`. */
  readonly flaws: readonly Flaw[];
};
export type ReadTree = { readonly ok: true; readonly tree: ConfigTree } | { readonly ok: false; readonly flaw: Flaw };

const maxNesting = 50;
/** Values reached through aliases; a few aliases of aliases make billions. */
const maxAliased = 10_000;

/** The values of a syntax tree, with aliases replaced by what they stand for. Merge keys (`<<`) are keys like others. */
export function readTree(root: Node | undefined): ReadTree {
  const reader = new TreeReader();
  try {
    const { value, place } = reader.read(root, 0);
    return { ok: true, tree: { value, place, flaws: reader.flaws } };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, flaw: error.flaw };
    throw error;
  }
}

class Unreadable extends Error {
  readonly flaw: Flaw;
  constructor(offset: number, problem: string) {
    super(problem);
    this.flaw = { offset, problem };
  }
}

type Placed = { readonly value: unknown; readonly place: Place };

class TreeReader {
  readonly flaws: Flaw[] = [];
  /** The node that had the name last, in the order of the text. */
  readonly #anchors = new Map<string, Node>();
  #depth = 0;
  #aliasDepth = 0;
  #outermostAlias = 0;
  #aliased = 0;

  read(node: unknown, offset: number): Placed {
    this.#depth += 1;
    if (this.#depth > maxNesting) throw new Unreadable(offset, nestedTooDeep);
    if (this.#aliasDepth > 0) this.#aliased += 1;
    if (this.#aliased > maxAliased)
      throw new Unreadable(this.#outermostAlias, `aliases expand to more than ${maxAliased} values; write them out`);
    const placed = this.#readNode(node, offset);
    this.#depth -= 1;
    return placed;
  }

  #readNode(node: unknown, offset: number): Placed {
    if (isAlias(node)) return this.#readAlias(node, offset);
    if (isMap(node)) return this.#readMap(this.#named(node), offset);
    if (isSeq(node)) return this.#readList(this.#named(node), offset);
    return { value: isScalar(node) ? this.#named(node).value : null, place: { offset, members: new Map() } };
  }

  #named<Named extends Node>(node: Named): Named {
    if (this.#aliasDepth === 0 && 'anchor' in node && typeof node.anchor === 'string')
      this.#anchors.set(node.anchor, node);
    return node;
  }

  #readAlias({ source }: Alias, offset: number): Placed {
    const target = this.#anchors.get(source);
    if (target === undefined) throw new Unreadable(offset, `no anchor before this alias has the name ${shown(source)}`);
    if (this.#aliasDepth === 0) this.#outermostAlias = offset;
    this.#aliasDepth += 1;
    const { value, place } = this.read(target, offset);
    this.#aliasDepth -= 1;
    return { value, place: { offset, members: place.members } };
  }

  #readMap({ items }: YAMLMap, offset: number): Placed {
    const values = new Map<string, unknown>();
    const members = new Map<string, Place>();
    for (const { key, value } of items) {
      const at = offsetOf(key) ?? offset;
      if (!isScalar(key)) throw new Unreadable(at, 'a key must be a plain string');
      this.#named(key);
      const name = typeof key.value === 'string' ? key.value : (key.source ?? '');
      const member = this.read(value, at);
      if (members.has(name))
        this.flaws.push({ offset: at, problem: `the key ${shown(name)} is given twice; remove one of them` });
      else {
        values.set(name, member.value);
        members.set(name, member.place);
      }
    }
    // Makes a member of `__proto__`, as of other names.
    return { value: Object.fromEntries(values), place: { offset, members } };
  }

  #readList({ items }: YAMLSeq, offset: number): Placed {
    const elements = items.map((item) => this.read(item, offsetOf(item) ?? offset));
    return {
      value: elements.map(({ value }) => value),
      place: { offset, members: new Map(elements.map(({ place }, index) => [index, place])) },
    };
  }
}

function offsetOf(node: unknown): number | undefined {
  return isAlias(node) || isMap(node) || isSeq(node) || isScalar(node) ? node.range?.[0] : undefined;
}

/** Of the value at the end of a path, or as near to it as the text goes. */
export function offsetAt(place: Place, path: readonly PropertyKey[]): number {
  const [first, ...rest] = path;
  const member = first === undefined ? undefined : place.members.get(first);
  return member === undefined ? place.offset : offsetAt(member, rest);
}
