import { maxYamlBytes } from './limits.ts';

/**
 * Indents the lines inside quotes and brackets that stand further left than YAML 1.2 allows. libyaml, and so kubectl,
 * asks for no indentation there, and people write
 *
 *     annotations: '{
 *       "a": 1
 *     }'
 *
 * Blanks at the start of such a line mean nothing, so the text says the same afterwards, on the same lines. Meant for a
 * document that could not be read as it stands: it knows no more of YAML's tokens than it needs.
 */
export function indentContinuations(text: string): Indented {
  return new ContinuationIndenter(text).indented();
}

export type Indented = {
  readonly text: string;
  /** Where the outermost quote or bracket stands that has no end. */
  readonly unclosedAt?: number;
};

class ContinuationIndenter {
  readonly #text: string;
  readonly #parts: string[] = [];
  #copied = 0;
  #added = 0;
  #at = 0;
  #lineStart = 0;
  /** A value may start here, so that a quote is a quote and no apostrophe. */
  #mayStart = true;
  #quote = '';
  #brackets = 0;
  /** The outermost quote or bracket; and in its line, where it stands right of whatever it belongs to. */
  #openedAt = 0;
  #column = 0;

  constructor(text: string) {
    this.#text = text;
  }

  indented(): Indented {
    for (; this.#at < this.#text.length; this.#at += 1) this.#take(this.#text[this.#at] ?? '');
    this.#parts.push(this.#text.slice(this.#copied));
    const text = this.#parts.join('');
    return this.#isOpen() ? { text, unclosedAt: this.#openedAt } : { text };
  }

  #isOpen(): boolean {
    return this.#quote !== '' || this.#brackets > 0;
  }

  #open(): void {
    if (this.#isOpen()) return;
    this.#openedAt = this.#at;
    this.#column = this.#at - this.#lineStart;
  }

  #take(char: string): void {
    if (char === '\n') this.#endLine();
    else if (this.#quote !== '') this.#takeQuoted(char);
    else if (char === ' ' || char === '\t') return;
    else if (char === '#' && isBlank(this.#text[this.#at - 1])) this.#skipLine();
    else if (this.#mayStart && (char === '"' || char === "'")) this.#openQuote(char);
    else if (this.#mayStart && (char === '&' || char === '!')) this.#skipWord();
    else if (this.#brackets > 0) this.#takeInBrackets(char);
    else this.#takeInBlock(char);
  }

  #takeQuoted(char: string): void {
    const next = this.#text[this.#at + 1];
    const isEscape = this.#quote === '"' ? char === '\\' && next !== '\n' : char === "'" && next === "'";
    if (isEscape) this.#at += 1;
    else if (char === this.#quote) this.#quote = '';
  }

  #takeInBrackets(char: string): void {
    this.#mayStart = char === ',' || char === ':' || char === '[' || char === '{';
    if (char === '[' || char === '{') this.#brackets += 1;
    else if (char === ']' || char === '}') this.#brackets -= 1;
  }

  #takeInBlock(char: string): void {
    const isIndicator =
      (char === ':' || (this.#mayStart && (char === '-' || char === '?'))) && isBlank(this.#text[this.#at + 1]);
    if (this.#mayStart && (char === '[' || char === '{')) {
      this.#open();
      this.#brackets = 1;
    } else if (this.#mayStart && (char === '|' || char === '>')) this.#skipBlockScalar();
    else this.#mayStart = isIndicator;
  }

  #openQuote(quote: string): void {
    this.#open();
    this.#quote = quote;
    this.#mayStart = false;
  }

  #endLine(): void {
    this.#lineStart = this.#at + 1;
    this.#mayStart = true;
    if (this.#isOpen()) this.#indentNextLine();
  }

  #indentNextLine(): void {
    const content = this.#contentFrom(this.#lineStart);
    // Short lines below a long one could make a gigabyte of blanks.
    this.#added += this.#column;
    if (this.#added > maxYamlBytes) return;
    this.#parts.push(this.#text.slice(this.#copied, this.#lineStart), ' '.repeat(this.#column));
    this.#copied = content;
  }

  /** The lines that are indented like its first one, and blank ones. */
  #skipBlockScalar(): void {
    const parent = this.#contentFrom(this.#lineStart) - this.#lineStart;
    let indentation = 0;
    this.#skipLine();
    while (this.#at + 2 < this.#text.length) {
      const start = this.#at + 2;
      const content = this.#contentFrom(start);
      const isBlankLine = this.#text[content] === '\n';
      if (!isBlankLine && indentation === 0) indentation = Math.max(content - start, parent + 1);
      if (!isBlankLine && content - start < indentation) return;
      this.#at = content;
      this.#skipLine();
    }
  }

  #skipWord(): void {
    while (!isBlank(this.#text[this.#at + 1])) this.#at += 1;
  }

  /** To before the next line break, so that it is taken next. */
  #skipLine(): void {
    const next = this.#text.indexOf('\n', this.#at);
    this.#at = (next === -1 ? this.#text.length : next) - 1;
  }

  #contentFrom(at: number): number {
    let content = at;
    while (this.#text[content] === ' ' || this.#text[content] === '\t') content += 1;
    return content;
  }
}

function isBlank(char: string | undefined): boolean {
  return char === undefined || char === ' ' || char === '\t' || char === '\n';
}
