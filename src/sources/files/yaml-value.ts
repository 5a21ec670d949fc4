import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml';
import { AliasBudget } from './alias-budget.ts';
import { goFloatKey } from './go-float-key.ts';
import { maxNesting, tooDeep } from './limits.ts';
import type { JsonValue } from './read-item.ts';
import { type AliasTargets, nodeOf, offsetOf, type YamlNode } from './yaml-aliases.ts';
import { YamlFaultFound } from './yaml-fault.ts';
import { resolveScalar, type ScalarValue } from './yaml-scalar.ts';

export type YamlTree = { readonly root: YamlNode; readonly targets: AliasTargets };

/**
 * The JSON that sigs.k8s.io/yaml makes of a document (go.yaml.in/yaml/v2 decode.go, then yaml.go). It is not what
 * YAML 1.2 says: see `resolveScalar`; and a merge (`<<`) takes effect where it stands, so that it overwrites the keys
 * before it. Of a key that stands twice the last one counts. Throws `YamlFaultFound`.
 */
export function readYamlValue({ root, targets }: YamlTree): JsonValue {
  return new ValueReader(targets).value(root, 0);
}

type Members = Map<string, JsonValue>;

class ValueReader {
  readonly #targets: AliasTargets;
  readonly #budget = new AliasBudget();
  readonly #expanding = new Set<Alias>();

  constructor(targets: AliasTargets) {
    this.#targets = targets;
  }

  /** `depth` is the number of containers around the node. */
  value(node: YamlNode, depth: number): JsonValue {
    this.#count(node);
    if (isAlias(node)) return this.#expand(node, (target) => this.value(target, depth));
    if (isMap(node)) return Object.fromEntries(this.#addMembers(new Map(), node, depth + 1));
    if (isSeq(node)) {
      checkDepth(node, depth + 1);
      return node.items.map((item) => this.value(nodeOf(item), depth + 1));
    }
    return isScalar(node) ? jsonOf(scalarOf(node), node) : null;
  }

  #addMembers(members: Members, map: YAMLMap, depth: number): Members {
    checkDepth(map, depth);
    for (const pair of map.items) {
      const key = nodeOf(pair.key);
      const value = nodeOf(pair.value);
      if (isMergeKey(key)) {
        this.#merge(members, value, depth);
        continue;
      }
      members.set(this.#name(key, map), this.value(value, depth));
    }
    return members;
  }

  /** A mapping, an alias of one, or a sequence of these, of which the first has the last word. */
  #merge(members: Members, node: YamlNode, depth: number): void {
    const maps = isSeq(node) ? node.items.toReversed().map(nodeOf) : [node];
    for (const map of maps) this.#mergeMap(members, map, depth);
  }

  #mergeMap(members: Members, node: YamlNode, depth: number): void {
    this.#count(node);
    if (isAlias(node)) this.#expand(node, (target) => this.#mergeMap(members, target, depth));
    else if (isMap(node)) this.#addMembers(members, node, depth + 1);
    else throw new YamlFaultFound(offsetOf(node), notMergeable);
  }

  #name(key: YamlNode, map: YAMLMap): string {
    this.#count(key);
    if (isAlias(key)) return this.#expand(key, (target) => this.#name(target, map));
    if (!isScalar(key)) throw new YamlFaultFound(offsetOf(key ?? map), complexKey);
    const name = nameOf(scalarOf(key));
    if (name === undefined) throw new YamlFaultFound(offsetOf(key), unusableKey);
    return name;
  }

  #expand<Result>(alias: Alias, read: (target: YamlNode) => Result): Result {
    if (this.#expanding.has(alias)) throw new YamlFaultFound(offsetOf(alias), cyclic);
    this.#expanding.add(alias);
    const result = read(this.#targets.get(alias));
    this.#expanding.delete(alias);
    return result;
  }

  /** A bomb is told where its outermost alias stands, not where it happened to go off. */
  #count(node: YamlNode): void {
    const [outermost = node] = this.#expanding;
    if (!this.#budget.spend(this.#expanding.size > 0)) throw new YamlFaultFound(offsetOf(outermost), bomb);
  }
}

const notMergeable = 'merges ("<<") something that is not a mapping; merge only aliases of mappings';
const complexKey = 'has a mapping or a list as a key, which JSON cannot hold; write the key as text, in quotes';
const unusableKey = 'has a key that is null or a number beyond 64 bits; put the key in quotes';
const cyclic = 'has an anchor whose value contains itself; write the value out';
const bomb = 'expands aliases excessively (an alias bomb), which kubectl refuses too; write the values out';
const notFinite = 'has a number that JSON cannot hold (infinity or not-a-number); put it in quotes';

function checkDepth(node: Node, depth: number): void {
  if (depth > maxNesting) throw new YamlFaultFound(offsetOf(node), tooDeep);
}

export function isMergeKey(key: YamlNode): boolean {
  if (!isScalar(key) || key.source !== '<<') return false;
  return key.tag === undefined ? key.type === 'PLAIN' : key.tag === 'tag:yaml.org,2002:merge';
}

function scalarOf(node: Scalar): ScalarValue {
  const resolved = resolveScalar({ text: node.source ?? '', tag: node.tag, isPlain: node.type === 'PLAIN' });
  if (!resolved.ok) throw new YamlFaultFound(offsetOf(node), resolved.reason);
  return resolved.scalar;
}

function jsonOf(scalar: ScalarValue, node: Node): JsonValue {
  if (scalar.kind === 'null') return null;
  if (scalar.kind === 'integer') return Number(scalar.value);
  if (scalar.kind === 'float' && !Number.isFinite(scalar.value)) throw new YamlFaultFound(offsetOf(node), notFinite);
  return scalar.value;
}

/** The name of a member; undefined where sigs.k8s.io/yaml has none. */
function nameOf(scalar: ScalarValue): string | undefined {
  if (scalar.kind === 'null') return undefined;
  if (scalar.kind === 'integer' && scalar.value >= 2n ** 63n) return undefined;
  return scalar.kind === 'float' ? goFloatKey(scalar.value) : String(scalar.value);
}
