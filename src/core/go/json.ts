/**
 * JSON as Go's encoding/json reads it. Kubernetes and containerd accept and refuse documents by these rules, and
 * `JSON.parse` hides what they turn on: which member came last, how its name was spelled, where a type was wrong.
 */

export type GoJson =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** The literal as written: Go decides by the field's type what it may be. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly GoJson[] }
  /** Members in the order of the text, duplicates included. */
  | { readonly kind: 'object'; readonly members: readonly GoJsonMember[] };
export type GoJsonMember = readonly [name: string, value: GoJson];
export type ParsedGoJson =
  | { readonly ok: true; readonly value: GoJson }
  /** `isTooLarge`: our limit of values, not Go's. */
  | { readonly ok: false; readonly error: string; readonly isTooLarge?: true };

/** encoding/json scanner.go, maxNestingDepth. */
export const maxNesting = 10_000;

type GoJsonArray = { readonly kind: 'array'; readonly items: GoJson[] };
type GoJsonObject = { readonly kind: 'object'; readonly members: GoJsonMember[] };
/** A container whose end was not read yet, and the name of the member that is being read. */
type Open = { readonly container: GoJsonArray | GoJsonObject; name: string };

/** Where the quote stands that ends the string, or the end of the text. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === backslash) at += 1;
    else if (code === quote) break;
  }
  return at;
}

const quote = 0x22;
const backslash = 0x5c;

/**
 * Parses a whole document. Nesting is limited, not recursion: hostile depth must not cost us our stack.
 * @param mostValues where no more are built, since a megabyte of `{},{},…` would hold the event loop for long; a fault that
 *   Go finds before is still Go's
 */
export function parseGoJson(text: string, mostValues = Number.POSITIVE_INFINITY): ParsedGoJson {
  return parsed(() => new Scanner(text, mostValues).document());
}

/** Parses the first value and leaves what follows it unread, as a `json.Decoder` does on a stream. */
export function parseFirstGoJson(text: string): ParsedGoJson {
  return parsed(() => new Scanner(text).value());
}

/** How many values the parser builds of the text before it ends, be it with a fault; it ends after one more than so many. */
export function countGoValues(text: string, most: number): number {
  const scanner = new Scanner(text, most);
  parsed(() => scanner.document());
  return scanner.values;
}

function parsed(scan: () => GoJson): ParsedGoJson {
  try {
    return { ok: true, value: scan() };
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, error: error.message };
    if (error instanceof TooManyValues) return { ok: false, error: error.message, isTooLarge: true };
    throw error;
  }
}

/** The values of a member, by Go's matching of names: Unicode simple folding, so that `AUTHS` and `authſ` are both `auths`. */
export function membersNamed(object: { readonly members: readonly GoJsonMember[] }, name: string): readonly GoJson[] {
  const folded = foldName(name);
  return object.members.filter(([spelled]) => foldName(spelled) === folded).map(([, value]) => value);
}

/**
 * Folds a member name for comparison with an ASCII name. Outside ASCII only two characters fold to ASCII letters:
 * U+017F (long s) and U+212A (Kelvin sign).
 */
export function foldName(name: string): string {
  return name.replaceAll(/[A-Z\u{17f}\u{212a}]/gu, (letter) => {
    if (letter === '\u{17f}') return 's';
    if (letter === '\u{212a}') return 'k';
    return letter.toLowerCase();
  });
}

class SyntaxFault extends Error {}
class TooManyValues extends Error {}

class Scanner {
  readonly #text: string;
  readonly #mostValues: number;
  #at = 0;
  values = 0;
  readonly #open: Open[] = [];

  constructor(text: string, mostValues = Number.POSITIVE_INFINITY) {
    this.#text = text;
    this.#mostValues = mostValues;
  }

  document(): GoJson {
    const value = this.value();
    this.#blanks();
    if (this.#at < this.#text.length) throw this.#fault('after top-level value');
    return value;
  }

  value(): GoJson {
    let value = this.#valueOrOpening();
    for (let open = this.#open.at(-1); open !== undefined; open = this.#open.at(-1))
      value = value === undefined ? this.#firstInside(open) : this.#afterItem(open, value);
    if (value === undefined) throw new Error('all containers are closed, yet there is no value');
    return value;
  }

  /** A scalar, or undefined after the opening of a container. */
  #valueOrOpening(): GoJson | undefined {
    this.#blanks();
    this.values += 1;
    if (this.values > this.#mostValues) throw new TooManyValues(`more than ${this.#mostValues} values`);
    switch (this.#text.charAt(this.#at)) {
      case '{':
        return this.#opened({ kind: 'object', members: [] });
      case '[':
        return this.#opened({ kind: 'array', items: [] });
      case '"':
        return { kind: 'string', value: this.#string() };
      case 'n':
        if (this.#literal('null')) return { kind: 'null' };
        break;
      case 't':
        if (this.#literal('true')) return { kind: 'boolean', value: true };
        break;
      case 'f':
        if (this.#literal('false')) return { kind: 'boolean', value: false };
        break;
      default:
    }
    const number = this.#matched(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y);
    if (number === undefined) throw this.#fault('looking for beginning of value');
    return { kind: 'number', text: number };
  }

  #opened(container: GoJsonArray | GoJsonObject): undefined {
    this.#at += 1;
    this.#open.push({ container, name: '' });
    if (this.#open.length > maxNesting) throw new SyntaxFault('exceeded max depth');
  }

  /** The first item of the container just opened, or the container itself if it is empty. */
  #firstInside(open: Open): GoJson | undefined {
    this.#blanks();
    return this.#tookEnd(open) ? this.#closed() : this.#item(open);
  }

  /** What follows an item: another one, or the end of its container, which is then the value. */
  #afterItem(open: Open, value: GoJson): GoJson | undefined {
    const { container } = open;
    if (container.kind === 'array') container.items.push(value);
    else container.members.push([open.name, value]);
    this.#blanks();
    if (this.#tookEnd(open)) return this.#closed();
    if (this.#took(',')) return this.#item(open);
    throw this.#fault(container.kind === 'array' ? 'after array element' : 'after object key:value pair');
  }

  #item(open: Open): GoJson | undefined {
    if (open.container.kind === 'object') open.name = this.#memberName();
    return this.#valueOrOpening();
  }

  #tookEnd(open: Open): boolean {
    return this.#took(open.container.kind === 'array' ? ']' : '}');
  }

  #closed(): GoJson | undefined {
    return this.#open.pop()?.container;
  }

  #memberName(): string {
    this.#blanks();
    if (this.#text[this.#at] !== '"') throw this.#fault('looking for beginning of object key string');
    const name = this.#string();
    this.#blanks();
    if (!this.#took(':')) throw this.#fault('after object key');
    return name;
  }

  #string(): string {
    const end = endOfString(this.#text, this.#at);
    const value = stringWrittenAs(this.#text.slice(this.#at, end + 1));
    if (value === undefined) throw this.#faultInString();
    this.#at = end + 1;
    return value;
  }

  /** Where a string that `JSON.parse` refuses is wrong. */
  #faultInString(): SyntaxFault {
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const code = this.#text.charCodeAt(this.#at);
      if (code < 0x20) return this.#fault('in string literal');
      if (code !== backslash) continue;
      this.#at += 1;
      if (this.#matched(/u[0-9a-fA-F]{4}/y) !== undefined) this.#at -= 1;
      else if (!escapes.has(this.#text[this.#at] ?? '')) return this.#fault('in string escape code');
    }
    return this.#fault('in string literal');
  }

  #blanks(): void {
    while (isBlank(this.#text.charCodeAt(this.#at))) this.#at += 1;
  }

  #took(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #literal(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #matched(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#text)?.[0];
    this.#at += match?.length ?? 0;
    return match;
  }

  #fault(where: string): SyntaxFault {
    const char = this.#text[this.#at];
    if (char === undefined) return new SyntaxFault('unexpected end of JSON input');
    return new SyntaxFault(`invalid character ${JSON.stringify(char)} ${where}`);
  }
}

const escapes: ReadonlySet<string> = new Set('"\\/bfnrt');

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}

/** `JSON.parse` takes the same strings as Go. Undefined for what it refuses: where the fault is, is looked for by hand. */
function stringWrittenAs(written: string): string | undefined {
  // Most strings hold neither escapes nor control characters.
  if (/^"[^\\\u0000-\u001f]*"$/.test(written)) return wellFormed(written.slice(1, -1));
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === 'string' ? wellFormed(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Escaped surrogates that make no pair become U+FFFD, as in Go. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}
