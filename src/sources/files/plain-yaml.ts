import { maxYamlTokens } from './limits.ts';
import { type Marks, PlainFlow } from './plain-flow.ts';
import type { JsonObject, JsonValue } from './read-item.ts';
import { plainValue } from './yaml-scalar.ts';

/**
 * The everyday part of YAML, read in one pass and without a tree: mappings and lists in block style, texts on one line, literal
 * blocks, and brackets on one line. It is meant for what kubectl, Helm and people write, and is several times as fast as the YAML
 * library, which reads all the rest.
 *
 * @returns undefined for everything else, and for whatever may be wrong: then the library says what it is
 */
export function readPlainYaml(text: string, marks?: Marks): PlainYaml | undefined {
  return new PlainReader(text, marks).read();
}

/** `at` is the offset of its first character that is neither a space nor in a comment. */
export type PlainYaml = { readonly value: JsonObject; readonly at: number };

const space = 0x20;
const lineBreak = 0x0a;
const dash = 0x2d;
const hash = 0x23;
/** Real objects stay below 50. */
const deepest = 100;
/** More than the library makes of a line, apart from its brackets. */
const tokensOfLine = 10;

/** What no text of YAML may hold, and what is a line break or nothing for some readers. */
const odd =
  /[^\t\n\u{20}-\u{7e}\u{a0}-\u{2027}\u{202a}-\u{d7ff}\u{e000}-\u{fefe}\u{ff00}-\u{fffd}\u{10000}-\u{10ffff}]/u;
/** A name with its colon. What may be something else than text as a value may be it as a name. */
const plainKey = /([A-Za-z_./][\w./-]{0,500}):(?=[ \n]|$)/y;
const quotedKey = /(?:"([^"\\\n\t]{1,500})"|'([^'\n\t]{1,500})'):(?=[ \n]|$)/y;
/** Up to a comment. What looks like another key in it is a mistake, or is not to be decided here. */
const plainText = /(?:[\w/.$(<+~^;=]|-(?=[^ \n]))[^\n\t:#]*(?:(?::(?=[^ \n\t])|(?<! )#)[^\n\t:#]*)*/y;
const restOfLine = / *(?: #[^\n]*)?(?=\n|$)/y;
const literalHeader = /\|(-?) *(?: #[^\n]*)?\n/y;

class PlainReader {
  readonly #text: string;
  readonly #marks: Marks | undefined;
  readonly #flow: PlainFlow;
  /** In the current line, where what comes next starts. */
  #at = -1;
  /** How many columns it is from the start of its line; -1 after the last line, and where the reader gave up. */
  #column = 0;
  #depth = 0;
  #tokens = 0;
  #isUnusual = false;

  constructor(text: string, marks: Marks | undefined) {
    this.#text = text;
    this.#marks = marks;
    this.#flow = new PlainFlow(text, marks);
  }

  read(): PlainYaml | undefined {
    this.#startLine(0);
    if (this.#column === -1 || odd.test(this.#text)) return undefined;
    const at = this.#at;
    const value = this.#mapping(this.#column);
    if (this.#column !== -1 || this.#tokens + this.#flow.tokens > maxYamlTokens) this.#giveUp();
    return this.#isUnusual ? undefined : { value, at };
  }

  #giveUp(): null {
    this.#isUnusual = true;
    this.#column = -1;
    return null;
  }

  /** Goes to the first line from `start` on that holds more than a comment. */
  #startLine(start: number): void {
    for (let lineStart = start; ; ) {
      let at = lineStart;
      while (this.#text.charCodeAt(at) === space) at += 1;
      this.#tokens += tokensOfLine;
      this.#at = at;
      this.#column = at < this.#text.length ? at - lineStart : -1;
      const first = this.#text.charCodeAt(at);
      if (first !== lineBreak && first !== hash) return;
      lineStart = this.#endOfLine(at) + 1;
    }
  }

  #endOfLine(at: number): number {
    const end = this.#text.indexOf('\n', at);
    return end === -1 ? this.#text.length : end;
  }

  #mapping(column: number): JsonObject {
    const members: Record<string, JsonValue> = {};
    this.#depth += 1;
    while (this.#column === column) {
      const at = this.#at;
      const name = this.#key();
      if (name === undefined || this.#depth > deepest) this.#giveUp();
      else {
        this.#marks?.set(members, name, at);
        members[name] = this.#value(column, true);
      }
    }
    this.#depth -= 1;
    if (this.#column > column) this.#giveUp();
    return members;
  }

  #sequence(column: number): readonly JsonValue[] {
    const items: JsonValue[] = [];
    this.#depth += 1;
    while (this.#column === column && this.#isDash()) {
      this.#at += 1;
      const from = this.#at;
      this.#skipBlanks();
      this.#marks?.set(items, items.length, this.#at);
      items.push(this.#item(column, column + 1 + this.#at - from));
    }
    this.#depth -= 1;
    if (this.#column > column) this.#giveUp();
    return items;
  }

  /** `- name: a` starts a mapping, and `- - a` a list, that goes on in the column of its first line. */
  #item(parent: number, column: number): JsonValue {
    this.#tokens += 2;
    const first = this.#text.charCodeAt(this.#at);
    if (first === lineBreak || first === hash || this.#depth > deepest) return this.#giveUp();
    this.#column = column;
    if (this.#isDash()) return this.#sequence(column);
    return this.#isKey() ? this.#mapping(column) : this.#value(parent, false);
  }

  #isDash(): boolean {
    const next = this.#text.charCodeAt(this.#at + 1);
    return this.#text.charCodeAt(this.#at) === dash && (next === space || next === lineBreak);
  }

  #isKey(): boolean {
    const at = this.#at;
    const isKey = this.#key() !== undefined;
    this.#at = at;
    return isKey;
  }

  /** Goes past the colon. */
  #key(): string | undefined {
    const [, plain] = this.#match(plainKey) ?? [];
    if (plain !== undefined && typeof plainValue(plain) !== 'string') return undefined;
    const [, double, single] = plain === undefined ? (this.#match(quotedKey) ?? []) : [];
    const name = plain ?? double ?? single;
    return name === '__proto__' ? undefined : name;
  }

  /** Goes past what matches here. */
  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match !== undefined) this.#at = pattern.lastIndex;
    return match;
  }

  #skipBlanks(): void {
    while (this.#text.charCodeAt(this.#at) === space) this.#at += 1;
  }

  /** What follows a colon or a dash, in its line or in deeper ones. Goes to the line after it. */
  #value(parent: number, isMember: boolean): JsonValue {
    this.#skipBlanks();
    switch (this.#text.charAt(this.#at)) {
      case '':
      case '\n':
      case '#':
        return this.#nested(parent, isMember);
      case '|':
        return this.#literal(parent);
    }
    const value = this.#onLine();
    if (value === undefined || this.#match(restOfLine) === undefined) return this.#giveUp();
    this.#startLine(this.#endOfLine(this.#at) + 1);
    // The text goes on there, or something is wrong.
    return this.#column > parent ? this.#giveUp() : value;
  }

  /** A list may be in the column of the name that it belongs to. */
  #nested(parent: number, isMember: boolean): JsonValue {
    this.#startLine(this.#endOfLine(this.#at) + 1);
    if (this.#column > parent) return this.#isDash() ? this.#sequence(this.#column) : this.#mapping(this.#column);
    return isMember && this.#column === parent && this.#isDash() ? this.#sequence(parent) : null;
  }

  #onLine(): JsonValue | undefined {
    const first = this.#text[this.#at];
    if (first !== undefined && '"\'{['.includes(first)) {
      const read = this.#flow.read(this.#at);
      this.#at = read?.end ?? this.#at;
      return read?.value;
    }
    const start = this.#at;
    const text = this.#match(plainText)?.[0]?.replace(/ +$/, '');
    if (text === undefined) return undefined;
    this.#at = start + text.length;
    return plainValue(text);
  }

  /** The lines of a literal block, from its header on. */
  #literal(parent: number): JsonValue {
    const [, chomping] = this.#match(literalHeader) ?? [];
    if (chomping === undefined) return this.#giveUp();
    const lines: string[] = [];
    let indentation = 0;
    let start = this.#at;
    for (; start < this.#text.length; start = this.#endOfLine(start) + 1) {
      let content = start;
      while (this.#text.charCodeAt(content) === space) content += 1;
      const isBlank = content === this.#text.length || this.#text[content] === '\n';
      if (indentation === 0 && !isBlank) indentation = content - start;
      if (!isBlank && (content - start < indentation || indentation <= parent)) break;
      if (isBlank && (indentation === 0 || content - start > indentation)) return this.#giveUp();
      lines.push(isBlank ? '' : this.#text.slice(start + indentation, this.#endOfLine(start)));
    }
    while (lines.at(-1) === '') lines.pop();
    if (lines.length === 0) return this.#giveUp();
    this.#startLine(start);
    return this.#column > parent ? this.#giveUp() : lines.join('\n') + (chomping === '-' ? '' : '\n');
  }
}
