import type { JsonObject, JsonValue } from './read-item.ts';
import { plainValue } from './yaml-scalar.ts';

type Container = JsonObject | readonly JsonValue[];

/** Where the members (at their names) and elements of mappings and lists start in the text that they were read from. */
export class Marks {
  readonly #offsets = new Map<Container, Map<string, number>>();

  set(container: Container, step: string | number, offset: number): void {
    const known = this.#offsets.get(container) ?? new Map<string, number>();
    this.#offsets.set(container, known.set(String(step), offset));
  }

  get(container: Container, step: string | number): number | undefined {
    return this.#offsets.get(container)?.get(String(step));
  }
}

type Read = { readonly value: JsonValue; readonly end: number };

const doubleQuoted = /"(?:[^"\\\n\t]|\\["\\/bfnrt])*"/y;
const singleQuoted = /'(?:[^'\n\t]|'')*'/y;
/** Without spaces: what has some may be anything. */
const word = /[\w/.$+-](?:[^,[\]{}:#?"'\s]|:(?=[\w/]))*/y;
const blanks = / */y;
/** Brackets in brackets. */
const deepest = 20;

/** What is in quotes or brackets on one line: texts, and lists and mappings of words and texts. */
export class PlainFlow {
  readonly #text: string;
  readonly #marks: Marks | undefined;
  #at = 0;
  /** What the YAML library would take brackets and what is in them for, at most. */
  tokens = 0;

  constructor(text: string, marks: Marks | undefined) {
    this.#text = text;
    this.#marks = marks;
  }

  read(at: number): Read | undefined {
    this.#at = at;
    const value = this.#value(0);
    return value === undefined ? undefined : { value, end: this.#at };
  }

  #value(depth: number): JsonValue | undefined {
    this.tokens += 4;
    if (depth > deepest) return undefined;
    switch (this.#text.charAt(this.#at)) {
      case '"':
      case "'":
        return this.#quoted();
      case '[':
        return this.#list(depth);
      case '{':
        return this.#mapping(depth);
      default: {
        const found = this.#match(word);
        return found === undefined ? undefined : plainValue(found);
      }
    }
  }

  #quoted(): string | undefined {
    const double = this.#match(doubleQuoted);
    if (double === undefined) return this.#match(singleQuoted)?.slice(1, -1).replaceAll("''", "'");
    return double.includes('\\') ? JSON.parse(double) : double.slice(1, -1);
  }

  #list(depth: number): JsonValue | undefined {
    const items: JsonValue[] = [];
    const isWhole = this.#elements(']', () => {
      this.#marks?.set(items, items.length, this.#at);
      const item = this.#value(depth + 1);
      if (item === undefined) return false;
      items.push(item);
      return true;
    });
    return isWhole ? items : undefined;
  }

  #mapping(depth: number): JsonValue | undefined {
    const members: Record<string, JsonValue> = {};
    const isWhole = this.#elements('}', () => {
      const at = this.#at;
      const name = this.#text[at] === '[' || this.#text[at] === '{' ? undefined : this.#value(depth);
      if (typeof name !== 'string' || name === '__proto__' || !this.#text.startsWith(': ', this.#at)) return false;
      this.#at += 1;
      this.#match(blanks);
      this.#marks?.set(members, name, at);
      const value = this.#value(depth + 1);
      if (value === undefined) return false;
      members[name] = value;
      return true;
    });
    return isWhole ? members : undefined;
  }

  /** What `read` reads again and again between commas, up to the bracket and past it. */
  #elements(close: string, read: () => boolean): boolean {
    this.#at += 1;
    this.#match(blanks);
    if (this.#text[this.#at] === close) {
      this.#at += 1;
      return true;
    }
    while (read()) {
      this.#match(blanks);
      const next = this.#text[this.#at];
      this.#at += 1;
      if (next === close) return true;
      if (next !== ',') return false;
      this.#match(blanks);
    }
    return false;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}
