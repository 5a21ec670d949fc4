import { JsonExtent } from './json-extent.ts';
import { jsonTooLarge, maxJsonBytes, maxYamlBytes, tooDeep, yamlTooLarge } from './limits.ts';
import { parseJson } from './parse-json.ts';
import type { JsonValue } from './read-item.ts';
import { type NotText, TextLines } from './text-lines.ts';

/** Number of a document, and where its text starts; all counted from 1. */
export type DocumentStart = {
  readonly document: number;
  readonly line: number;
  readonly column: number;
  /** As Helm writes it above each manifest: `# Source: web/templates/deployment.yaml`. */
  readonly template?: string;
};
export type JsonText = { readonly text: string; readonly value: JsonValue };
export type RawDocument =
  | ({ readonly kind: 'json'; readonly start: DocumentStart } & JsonText)
  | { readonly kind: 'yaml'; readonly start: DocumentStart; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly start: DocumentStart; readonly reason: string }
  /** The stream was not read beyond this line. */
  | ({ readonly kind: 'not-text' } & NotText);

type Part = { readonly bytes: Uint8Array; readonly from: number; to: number };
type Phase = 'between' | 'inside' | 'after-end' | 'dropping';

/**
 * Cuts a stream of bytes into documents as kubectl does (apimachinery pkg/util/yaml/decoder.go): at lines that start
 * with `---`, and after each of several concatenated JSON objects. Cutting before parsing keeps the damage of a
 * broken document to itself, and memory to one document.
 */
export class DocumentSplitter {
  readonly #lines = new TextLines((bytes, at, end, line, column) => this.#segment(bytes, at, end, line, column));
  #phase: Phase = 'between';
  #start: DocumentStart = { document: 0, line: 1, column: 1 };
  /** A `---` opened the current document, so that its content does not open another one. */
  #isMarked = false;
  /** Of the document that follows. */
  #template: string | undefined;
  /** The rest of this line is a comment or belongs to a marker. */
  #isLineDone = false;
  #json: JsonExtent | undefined;
  #parts: Part[] = [];
  #size = 0;
  #found: RawDocument[] = [];

  /** The documents that end in this chunk, which must not be changed afterwards. After `not-text` the stream is over. */
  push(chunk: Uint8Array): readonly RawDocument[] {
    return this.#taking(this.#lines.push(chunk));
  }

  /** The last document. */
  end(): readonly RawDocument[] {
    const notText = this.#lines.end();
    if (notText === undefined) this.#endDocument();
    return this.#taking(notText);
  }

  #taking(notText: NotText | undefined): readonly RawDocument[] {
    const found = this.#found;
    if (notText !== undefined) found.push({ kind: 'not-text', ...notText });
    this.#found = [];
    return found;
  }

  #segment(bytes: Uint8Array, at: number, end: number, line: number, column: number): number {
    if (column === 0) {
      this.#isLineDone = false;
      if (startsWith(bytes, at, '---')) return this.#separator(bytes, at, end, line);
      if (startsWith(bytes, at, '...') && isBlank(bytes[at + 3])) return this.#endMark(end);
    }
    if (this.#isLineDone) return end;
    if (this.#phase === 'between' || this.#phase === 'after-end') {
      const content = contentFrom(bytes, at, end);
      if (content === end || this.#isAside(bytes, content, end, column)) return end;
      this.#begin(bytes[content], line, column + 1);
    }
    return this.#content(bytes, at, end);
  }

  /** kubectl takes each line that starts so for a separator, and allows only a comment after it. */
  #separator(bytes: Uint8Array, at: number, end: number, line: number): number {
    this.#endDocument();
    this.#start = { document: this.#start.document + 1, line, column: 1 };
    this.#isMarked = true;
    this.#template = undefined;
    this.#isLineDone = true;
    const rest = contentFrom(bytes, at + 3, end);
    if (rest < end && bytes[rest] !== 0x23)
      this.#refuse('has text after "---", which kubectl refuses; move it to the next line');
    return end;
  }

  #endMark(end: number): number {
    const hadDocument = this.#phase !== 'between' || this.#isMarked;
    this.#endDocument();
    if (hadDocument) this.#phase = 'after-end';
    this.#isMarked = false;
    this.#isLineDone = true;
    return end;
  }

  /** Comments; and directives, which say nothing that kubectl would take up. */
  #isAside(bytes: Uint8Array, content: number, end: number, column: number): boolean {
    const mayBeDirective = column === 0 && !this.#isMarked;
    if (bytes[content] !== 0x23 && !(mayBeDirective && isDirective(bytes, content))) return false;
    this.#isLineDone = true;
    if (startsWith(bytes, content, sourceComment))
      this.#template = decoder.decode(bytes.subarray(content + sourceComment.length, end)).trim();
    return true;
  }

  #begin(first: number | undefined, line: number, column: number): void {
    const isAfterEnd = this.#phase === 'after-end';
    const document = this.#start.document + (this.#isMarked ? 0 : 1);
    this.#start = { document, line, column, ...(this.#template && { template: this.#template }) };
    this.#template = undefined;
    this.#phase = 'inside';
    this.#json = first === 0x7b ? new JsonExtent() : undefined;
    if (isAfterEnd) this.#refuse('follows "...", where kubectl stops reading; put "---" before it');
  }

  #content(bytes: Uint8Array, at: number, end: number): number {
    const jsonEnd = this.#json?.feed(bytes, at, end);
    if (jsonEnd !== undefined && this.#endJson(bytes, at, jsonEnd)) return jsonEnd;
    this.#keep(bytes, at, end);
    const tooLarge = this.#tooLarge();
    if (this.#phase === 'inside' && tooLarge !== undefined) this.#refuse(tooLarge);
    return end;
  }

  #tooLarge(): string | undefined {
    if (this.#json === undefined) return this.#size > maxYamlBytes ? yamlTooLarge : undefined;
    return this.#size > maxJsonBytes || this.#json.isTooDense ? jsonTooLarge : undefined;
  }

  /** Whether the bytes up to here were an object in JSON. If not, they are the beginning of one in YAML's flow style. */
  #endJson(bytes: Uint8Array, at: number, end: number): boolean {
    if (this.#phase === 'dropping') return this.#close();
    this.#keep(bytes, at, end);
    const refusal = this.#json?.isTooDeep === true ? tooDeep : this.#tooLarge();
    if (refusal !== undefined) {
      this.#refuse(refusal);
      return this.#close();
    }
    const parsed = parseJson(this.#bytes());
    if (parsed.ok) {
      const { text, value } = parsed;
      this.#found.push({ kind: 'json', start: this.#start, text, value });
      return this.#close();
    }
    this.#json = undefined;
    this.#unkeep(end - at);
    return false;
  }

  #endDocument(): void {
    if (this.#phase === 'inside') {
      if (this.#json?.isTooDeep === true) this.#refuse(tooDeep);
      else if (this.#size > maxYamlBytes) this.#refuse(jsonUnfinished);
      else this.#found.push({ kind: 'yaml', start: this.#start, bytes: this.#bytes() });
    }
    this.#close();
  }

  #close(): true {
    this.#phase = 'between';
    this.#isMarked = false;
    this.#json = undefined;
    this.#drop();
    return true;
  }

  /** Says why, and lets the rest of the document pass. */
  #refuse(reason: string): void {
    this.#found.push({ kind: 'refused', start: this.#start, reason });
    this.#phase = 'dropping';
    this.#drop();
  }

  #drop(): void {
    this.#parts = [];
    this.#size = 0;
  }

  #keep(bytes: Uint8Array, from: number, to: number): void {
    if (this.#phase === 'dropping') return;
    const last = this.#parts.at(-1);
    if (last?.bytes === bytes && last.to === from) last.to = to;
    else this.#parts.push({ bytes, from, to });
    this.#size += to - from;
  }

  #unkeep(length: number): void {
    const last = this.#parts.at(-1);
    if (last !== undefined) last.to -= length;
    this.#size -= length;
  }

  /** In one piece, so that the chunks can go. */
  #bytes(): Uint8Array {
    const bytes = Buffer.concat(this.#parts.map((part) => part.bytes.subarray(part.from, part.to)));
    this.#parts = [{ bytes, from: 0, to: bytes.length }];
    return bytes;
  }
}

const sourceComment = '# Source: ';
const decoder = new TextDecoder();

const jsonUnfinished = 'is not valid JSON: it is incomplete or contains a wrong character; correct it';

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

function isDirective(bytes: Uint8Array, at: number): boolean {
  return startsWith(bytes, at, '%YAML ') || startsWith(bytes, at, '%TAG ');
}

function contentFrom(bytes: Uint8Array, at: number, end: number): number {
  let content = at;
  while (content < end && isBlank(bytes[content])) content += 1;
  return content;
}

/** A blank, a line break, or the end of the text. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === undefined;
}
