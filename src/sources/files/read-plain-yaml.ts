import { isUtf8 } from 'node:buffer';
import { type Finder, placeIn, type RecentFinder } from './document-place.ts';
import type { FieldPath } from './field-path.ts';
import { LineTable } from './line-table.ts';
import type { ReadDocument } from './place.ts';
import { Marks } from './plain-flow.ts';
import { readPlainYaml } from './plain-yaml.ts';
import type { JsonObject, JsonValue } from './read-item.ts';
import type { DocumentStart } from './split-documents.ts';

/** Reads one document of everyday YAML; undefined where the YAML library is needed. */
export function readPlainDocument(
  bytes: Uint8Array,
  start: DocumentStart,
  recent: RecentFinder,
): Extract<ReadDocument, { readonly ok: true }> | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = withoutCarriageReturns(utf8Of(bytes));
  const read = readPlainYaml(text);
  if (read === undefined) return undefined;
  const located = { lines: new LineTable(text, start), makeFinder: () => plainFinder(text) };
  return { ok: true, value: read.value, place: placeIn(located, recent, read.at) };
}

/** As it is, with every mark of the byte order. It does without `TextDecoder`, which takes as long to load as many a file to read. */
function utf8Of({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString();
}

/** YAML 1.1 has more line breaks than \n, and Go's reader of it makes them all one. */
export function withoutCarriageReturns(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
}

function plainFinder(text: string): Finder {
  const marks = new Marks();
  const root = readPlainYaml(text, marks);
  if (root === undefined) throw new Error('a document that was read cannot be read again');
  return {
    offsetOf: (path) => fieldAt(root, path, marks).at,
    elementOffsets: (path) => {
      const { value } = fieldAt(root, path, marks);
      return isList(value) ? value.flatMap((_, index) => marks.get(value, index) ?? []) : [];
    },
  };
}

type Field = { readonly value: JsonValue; readonly at: number };

/** The field, or the deepest part of the path that is there. */
function fieldAt(root: Field, path: FieldPath, marks: Marks): Field {
  let field = root;
  for (const step of path) {
    const container = field.value;
    if (typeof container !== 'object' || container === null) return field;
    const at = marks.get(container, step);
    if (at === undefined) return field;
    field = { at, value: memberOf(container, step) };
  }
  return field;
}

function memberOf(container: JsonObject | readonly JsonValue[], step: string | number): JsonValue {
  return (isList(container) ? container[Number(step)] : container[step]) ?? null;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
