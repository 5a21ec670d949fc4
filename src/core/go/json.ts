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
  | { readonly ok: false; readonly error: string };

/** encoding/json scanner.go, maxNestingDepth. */
const maxNesting = 10_000;

type GoJsonArray = { readonly kind: 'array'; readonly items: GoJson[] };
type GoJsonObject = { readonly kind: 'object'; readonly members: GoJsonMember[] };
/** A container whose end was not read yet, and the name of the member that is being read. */
type Open = { readonly container: GoJsonArray | GoJsonObject; name: string };

/**
 * Whether the text may hold more than so many values. The text is only looked through, nothing is built: a few megabytes of
 * `{},{},…` would become hundreds of megabytes of objects.
 */
export function hasMoreValues(text: string, most: number): boolean {
  // A value takes at least two characters, with its comma.
  if (text.length <= 2 * most) return false;
  let values = 1;
  let depth = 0;
  for (let at = 0; at < text.length && values <= most; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === comma) values += 1;
    else if (code === brace || code === bracket) {
      values += 1;
      depth += 1;
      // The parser refuses it there, as Go does, and reads no further.
      if (depth > maxNesting) return false;
    } else if (code === closingBrace || code === closingBracket) depth -= 1;
  }
  return values > most;
}

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
const comma = 0x2c;
const bracket = 0x5b;
const backslash = 0x5c;
const brace = 0x7b;
const closingBrace = 0x7d;
const closingBracket = 0x5d;

/** Parses a whole document. Nesting is limited, not recursion: hostile depth must not cost us our stack. */
export function parseGoJson(text: string): ParsedGoJson {
  return parsed(() => new Scanner(text).document());
}

/** Parses the first value and leaves what follows it unread, as a `json.Decoder` does on a stream. */
export function parseFirstGoJson(text: string): ParsedGoJson {
  return parsed(() => new Scanner(text).value());
}

function parsed(scan: () => GoJson): ParsedGoJson {
  try {
    return { ok: true, value: scan() };
  } catch (error) {
    if (error instanceof SyntaxFault) return { ok: false, error: error.message };
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

class Scanner {
  readonly #text: string;
  #at = 0;
  readonly #open: Open[] = [];

  constructor(text: string) {
    this.#text = text;
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
    const char = this.#text[this.#at];
    if (char === '{') return this.#opened({ kind: 'object', members: [] });
    if (char === '[') return this.#opened({ kind: 'array', items: [] });
    if (char === '"') return { kind: 'string', value: this.#string() };
    if (this.#literal('null')) return { kind: 'null' };
    if (this.#literal('true')) return { kind: 'boolean', value: true };
    if (this.#literal('false')) return { kind: 'boolean', value: false };
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
    const written = this.#text.slice(this.#at, endOfString(this.#text, this.#at) + 1);
    const value = stringWrittenAs(written);
    if (value !== undefined) {
      this.#at += written.length;
      return value;
    }
    this.#at += 1;
    const parts: string[] = [];
    for (;;) {
      const plain = this.#matched(/[^"\\\u0000-\u001f]+/y);
      if (plain !== undefined) parts.push(plain);
      if (this.#took('"')) return wellFormed(parts.join(''));
      if (!this.#took('\\')) throw this.#fault('in string literal');
      parts.push(this.#escape());
    }
  }

  #escape(): string {
    const unicode = this.#matched(/u[0-9a-fA-F]{4}/y);
    if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode.slice(1), 16));
    const meaning = escapes[this.#text[this.#at] ?? ''];
    if (meaning === undefined) throw this.#fault('in string escape code');
    this.#at += 1;
    return meaning;
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

const escapes: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
});

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}

/** `JSON.parse` takes the same strings as Go. Undefined for what it refuses: where the fault is, is looked for by hand. */
function stringWrittenAs(written: string): string | undefined {
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === 'string' ? wellFormed(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Escaped surrogates that make no pair become U+FFFD, as in Go. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\u{fffd}');
}
