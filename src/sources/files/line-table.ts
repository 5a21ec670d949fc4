export type Position = { readonly line: number; readonly column: number };

/** The lines of a text that starts at `first` of its file. Lines and columns count from 1. */
/** The lines of a text that starts at `first` of its file. Lines and columns count from 1. Most texts are never asked for one. */
export class LineTable {
  readonly #text: string;
  readonly #first: Position;
  #starts: readonly number[] | undefined;

  constructor(text: string, first: Position) {
    this.#text = text;
    this.#first = first;
  }

  lineAt(offset: number): number {
    return this.positionAt(offset).line;
  }

  positionAt(offset: number): Position {
    const line = this.#lineBefore(offset);
    const column = offset - (this.#starts?.[line] ?? 0) + 1;
    return { line: this.#first.line + line, column: line === 0 ? this.#first.column + column - 1 : column };
  }

  /** How many lines end before the offset. */
  #lineBefore(offset: number): number {
    if (offset === 0) return 0;
    this.#starts ??= lineStarts(this.#text);
    let low = 0;
    for (let high = this.#starts.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
