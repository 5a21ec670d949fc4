import { Composer, type Document, isNode, Lexer, type Node, Parser } from 'yaml';

/** Something wrong at a place of the text. */
export type Flaw = { readonly offset: number; readonly problem: string };

export type ComposedConfig =
  /** Without a root the text says nothing. */
  { readonly ok: true; readonly root?: Node } | { readonly ok: false; readonly flaws: readonly Flaw[] };

/** Far above any configuration, far below what costs time or memory. */
const maxTokens = 200_000;
const maxNesting = 50;

/**
 * The syntax tree of one YAML 1.2 document. The library's own entrance knows no bounds; here its lexer, parser and composer
 * are run by hand, so that size and depth are known before anything recurses.
 */
export function composeConfig(text: string): ComposedConfig {
  // Keys are compared by whoever walks the tree: the library compares each with each.
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const parser = new Parser();
  const documents: Document.Parsed[] = [];
  let tokens = 0;
  for (const token of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > maxTokens) return failed(parser.offset, 'the configuration is too large');
    for (const part of parser.next(token)) documents.push(...composer.next(part));
    if (parser.stack.length > maxNesting) return failed(parser.offset, nestedTooDeep);
  }
  for (const part of parser.end()) documents.push(...composer.next(part));
  documents.push(...composer.end(true, text.length));
  return composed(documents);
}

export const nestedTooDeep = 'the configuration is nested too deep';

function composed(documents: readonly Document.Parsed[]): ComposedConfig {
  const flaws = documents.flatMap(({ errors }) =>
    errors.map(({ message, pos }) => ({ offset: pos[0], problem: `not valid YAML: ${firstLineOf(message)}` })),
  );
  if (flaws.length > 0) return { ok: false, flaws };
  const [first, second] = documents;
  if (second !== undefined)
    return failed(second.range[0], 'a second document starts here; a configuration is one document');
  return { ok: true, ...(isNode(first?.contents) && { root: first.contents }) };
}

/** Messages quote the text that they are about. */
function firstLineOf(message: string): string {
  const [line = ''] = message.split('\n', 1);
  return line.slice(0, 200).replaceAll(/[^\u{20}-\u{7e}]/gu, '?');
}

function failed(offset: number, problem: string): ComposedConfig {
  return { ok: false, flaws: [{ offset, problem }] };
}
