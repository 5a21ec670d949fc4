import type { FieldPath } from './field-path.ts';
import type { JsonValue } from './read-item.ts';

/** Where a value stands in its file. */
export type Place = {
  readonly line: number;
  /** The line of the field, or of the nearest part around it that was written. */
  readonly lineOf: (path: FieldPath) => number;
  /** The places of the elements of its member `items`, made as they are asked for: there may be millions. */
  readonly items: () => Iterable<Place>;
};

/** What is wrong inside a document. */
export type Flaw = { readonly line: number; readonly column?: number; readonly reason: string };

export type ReadDocument =
  | { readonly ok: true; readonly value: JsonValue; readonly place: Place; readonly flaw?: never }
  | { readonly ok: false; readonly flaw: Flaw };
