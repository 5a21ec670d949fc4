import type { FieldPath } from './field-path.ts';
import type { Place, ReadDocument } from './place.ts';
import { elementsAt, membersAt, skipBlanks } from './scan-json.ts';
import type { DocumentStart, JsonText } from './split-documents.ts';

/** Where the values of a JSON document stand, found in its text only when asked for. */
export function readJson({ text, value }: JsonText, start: DocumentStart): ReadDocument {
  const at = skipBlanks(text, 0);
  return { ok: true, value, place: jsonPlace(text, at, start.line + countLines(text, 0, at)) };
}

/** The place of the value that starts at `at` of the text, which is on that line of the file. */
function jsonPlace(text: string, at: number, line: number): Place {
  return {
    line,
    lineOf: (path) => line + countLines(text, at, fieldAt(text, at, path).at),
    items: () => itemPlaces(text, fieldAt(text, at, ['items']).valueAt, at, line),
  };
}

/** Lines are counted from item to item, so that a list of thousands is gone through once. */
function* itemPlaces(text: string, itemsAt: number, listAt: number, listLine: number): Generator<Place> {
  let at = listAt;
  let line = listLine;
  for (const itemAt of elementsAt(text, itemsAt)) {
    line += countLines(text, at, itemAt);
    at = itemAt;
    yield jsonPlace(text, at, line);
  }
}

type Field = { readonly at: number; readonly valueAt: number };

/** The field, or the deepest part of the path that is there. */
function fieldAt(text: string, at: number, path: FieldPath): Field {
  let field: Field = { at, valueAt: at };
  for (const step of path) {
    const inside = fieldIn(text, field.valueAt, step);
    if (inside === undefined) return field;
    field = inside;
  }
  return field;
}

function fieldIn(text: string, at: number, step: string | number): Field | undefined {
  if (text[at] === '{') return Array.from(membersAt(text, at)).findLast(({ name }) => name === String(step));
  if (text[at] !== '[') return undefined;
  let index = 0;
  for (const element of elementsAt(text, at)) {
    if (index === step) return { at: element, valueAt: element };
    index += 1;
  }
  return undefined;
}

function countLines(text: string, from: number, to: number): number {
  // A slice costs nothing, and keeps the search from running through a text that is all one line.
  const part = text.slice(from, to);
  let lines = 0;
  for (let at = part.indexOf('\n'); at !== -1; at = part.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
