import type { FieldPath } from './field-path.ts';
import type { LineTable } from './line-table.ts';
import type { Place } from './place.ts';

/** Finds parts of one document: offsets in its text. */
export type Finder = {
  /** Of the field (a member at its name), or of the deepest part of the path that is there. */
  readonly offsetOf: (path: FieldPath) => number;
  /** Of the elements of the list at the path. */
  readonly elementOffsets: (path: FieldPath) => readonly number[];
};

/** What is kept of a document: enough to find things in it when somebody asks. */
export type LocatedText = { readonly lines: LineTable; readonly makeFinder: () => Finder };

/**
 * The finder that was used last. What finds something holds a hundred times its text, so objects keep the text alone, and it is made
 * again for the first line that is asked for after the reader went on.
 */
export class RecentFinder {
  #of: LocatedText | undefined;
  #finder: Finder | undefined;

  remember(of: LocatedText, finder: Finder): void {
    this.#of = of;
    this.#finder = finder;
  }

  forget(): void {
    this.#of = undefined;
    this.#finder = undefined;
  }

  finderOf(wanted: LocatedText): Finder {
    if (this.#finder !== undefined && this.#of === wanted) return this.#finder;
    this.forget();
    const finder = wanted.makeFinder();
    this.remember(wanted, finder);
    return finder;
  }
}

/** The place of a document, or of the object at `path` in it, which starts at `offset`. */
export function placeIn(text: LocatedText, recent: RecentFinder, offset: number, path: FieldPath = []): Place {
  return {
    line: text.lines.lineAt(offset),
    lineOf: (inside) => text.lines.lineAt(recent.finderOf(text).offsetOf([...path, ...inside])),
    items: () => itemPlaces(text, recent, [...path, 'items']),
  };
}

function* itemPlaces(text: LocatedText, recent: RecentFinder, path: FieldPath): Generator<Place> {
  const offsets = recent.finderOf(text).elementOffsets(path);
  for (const [index, offset] of offsets.entries()) yield placeIn(text, recent, offset, [...path, index]);
}
