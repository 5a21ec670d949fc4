/**
 * A TOML document as containerd's reader of hosts.toml needs it: its values, and its `[table]` headers in file order,
 * because inline and dotted tables mean something else there. Numbers and dates are not kept, nothing in that file wants one.
 */
import { type AST, parseTOML } from 'toml-eslint-parser';

export type TomlValue =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number-or-date' }
  | { readonly kind: 'array'; readonly elements: readonly TomlValue[] }
  | TomlTable;
/** Members in the order in which they first appear. */
export type TomlTable = { readonly kind: 'table'; readonly members: ReadonlyMap<string, TomlValue> };

export type TomlDocument = {
  readonly root: TomlTable;
  readonly headers: readonly TableHeader[];
};
/** `[a.b]`, or `[[a.b]]` of an array of tables. */
export type TableHeader = { readonly kind: 'standard' | 'array'; readonly keys: readonly string[] };

/** The same while it is being filled. */
type Table = { readonly kind: 'table'; readonly members: Map<string, Value> };
type List = { readonly kind: 'array'; readonly elements: Value[] };
type Value = Exclude<TomlValue, { readonly kind: 'table' | 'array' }> | Table | List;

/**
 * Undefined for what is not TOML. The parser throws for that, and for nesting that is too deep for its stack. It takes time
 * and memory in proportion to the text, but a thousand bytes for each.
 */
export function parseToml(text: string, tomlVersion: '1.0' | '1.1'): TomlDocument | undefined {
  // The parser lets carriage returns pass that are not part of a line break.
  if (/\r(?!\n)/.test(text)) return undefined;
  try {
    return documentOf(parseTOML(text, { tomlVersion }).body[0]);
  } catch {
    return undefined;
  }
}

function documentOf(body: AST.TOMLTopLevelTable): TomlDocument {
  const root = newTable();
  const headers: TableHeader[] = [];
  for (const node of body.body) {
    if (node.type === 'TOMLKeyValue') {
      assign(root, node);
      continue;
    }
    const keys = keysOf(node.key);
    const table = node.kind === 'array' ? appendTable(root, keys) : keys.reduce(enterTable, root);
    for (const pair of node.body) assign(table, pair);
    headers.push({ kind: node.kind, keys });
  }
  return { root, headers };
}

function assign(table: Table, { key, value }: AST.TOMLKeyValue): void {
  const keys = keysOf(key);
  const last = keys.at(-1) ?? '';
  const target = keys.slice(0, -1).reduce(enterTable, table);
  if (target.members.has(last)) throw redefined(last);
  target.members.set(last, valueIn(value));
}

/** The table below a key, created where there is none; of an array of tables the last one. */
function enterTable(table: Table, key: string): Table {
  const present = table.members.get(key);
  const entered = present?.kind === 'array' ? present.elements.at(-1) : (present ?? newTable());
  if (entered?.kind !== 'table') throw redefined(key);
  if (present === undefined) table.members.set(key, entered);
  return entered;
}

function appendTable(root: Table, keys: readonly string[]): Table {
  const last = keys.at(-1) ?? '';
  const parent = keys.slice(0, -1).reduce(enterTable, root);
  const list = parent.members.get(last) ?? { kind: 'array', elements: [] };
  if (list.kind !== 'array') throw redefined(last);
  const appended = newTable();
  list.elements.push(appended);
  parent.members.set(last, list);
  return appended;
}

/** The parser has refused this already, in all cases that are known. */
function redefined(key: string): Error {
  return new Error(`${key} is defined twice`);
}

function valueIn(node: AST.TOMLContentNode): Value {
  if (node.type === 'TOMLArray') return { kind: 'array', elements: node.elements.map(valueIn) };
  if (node.type === 'TOMLInlineTable') {
    const table = newTable();
    for (const pair of node.body) assign(table, pair);
    return table;
  }
  if (node.kind === 'string') return { kind: 'string', value: node.value };
  if (node.kind === 'boolean') return { kind: 'boolean', value: node.value };
  return { kind: 'number-or-date' };
}

function newTable(): Table {
  return { kind: 'table', members: new Map() };
}

function keysOf(key: AST.TOMLKey): readonly string[] {
  return key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
}
