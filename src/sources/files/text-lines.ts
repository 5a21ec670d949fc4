/** Takes the bytes from `at` to `end`: a line, or a piece of a long one. Returns how far it got; the rest comes again. */
export type TakeSegment = (bytes: Uint8Array, at: number, end: number, line: number, column: number) => number;
/** What a stream was found to be, if not text in UTF-8. */
export type NotText = { readonly line: number; readonly reason: string };

/** A piece that starts a line shows at least this much of it, or all. */
const lineHead = 4096;
const newline = 0x0a;
const noBytes = new Uint8Array();

/** Hands a stream of bytes on line by line, without copying them and whatever the length of a line. */
export class TextLines {
  readonly #take: TakeSegment;
  #held: Uint8Array = noBytes;
  #hasBegun = false;
  #line = 1;
  /** Bytes of the current line that were taken. */
  #column = 0;

  constructor(take: TakeSegment) {
    this.#take = take;
  }

  /** The chunk must not be changed afterwards. Nothing may be pushed after an answer. */
  push(chunk: Uint8Array): NotText | undefined {
    return this.#read(this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]), false);
  }

  end(): NotText | undefined {
    return this.#read(this.#held, true);
  }

  #read(bytes: Uint8Array, isLast: boolean): NotText | undefined {
    this.#held = noBytes;
    if (!this.#hasBegun && bytes.length < 3 && !isLast) {
      this.#held = bytes;
      return undefined;
    }
    // kubectl cuts lines at bytes, which breaks UTF-16, although its YAML parser knows it (decoder.go, LineReader).
    if (!this.#hasBegun && isUtf16(bytes)) return { line: 1, reason: 'is encoded in UTF-16; save it as UTF-8' };
    const nul = bytes.indexOf(0);
    this.#lines(nul === -1 ? bytes : bytes.subarray(0, nul), this.#hasBegun ? 0 : markLength(bytes), isLast);
    this.#hasBegun = true;
    if (nul === -1) return undefined;
    return { line: this.#line, reason: 'contains a NUL byte and is not text; give a YAML or JSON file in UTF-8' };
  }

  #lines(bytes: Uint8Array, from: number, isLast: boolean): void {
    let end = from;
    for (let at = from; at < bytes.length; ) {
      if (at >= end) end = bytes.indexOf(newline, at) + 1 || bytes.length;
      const isWhole = bytes[end - 1] === newline;
      if (!isWhole && !isLast && this.#column === 0 && end - at < lineHead) {
        this.#held = bytes.subarray(at);
        return;
      }
      const taken = this.#take(bytes, at, end, this.#line, this.#column);
      const endsLine = isWhole && taken === end;
      this.#column = endsLine ? 0 : this.#column + (taken - at);
      if (endsLine) this.#line += 1;
      at = taken;
    }
  }
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** Length of a byte order mark of UTF-8. */
function markLength(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}
