export type Position = { readonly line: number; readonly column: number };

/** The lines of a text that starts at `first` of its file. Lines and columns count from 1. */
export class LineTable {
  readonly #starts: readonly number[];
  readonly #first: Position;

  constructor(text: string, first: Position) {
    const starts = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#starts = starts;
    this.#first = first;
  }

  lineAt(offset: number): number {
    return this.positionAt(offset).line;
  }

  positionAt(offset: number): Position {
    let low = 0;
    for (let high = this.#starts.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const column = offset - (this.#starts[low] ?? 0) + 1;
    return { line: this.#first.line + low, column: low === 0 ? this.#first.column + column - 1 : column };
  }
}
