import { Composer, type Document, Lexer, Parser } from 'yaml';
import { indentContinuations } from './continuation-lines.ts';
import { maxYamlNesting, maxYamlTokens, yamlTooDeep, yamlTooLarge } from './limits.ts';
import { nodeOf, type YamlNode } from './yaml-aliases.ts';
import type { YamlFault } from './yaml-fault.ts';
import { yamlReasons } from './yaml-reasons.ts';

export type ComposedYaml =
  /** Offsets are those of `text`, which has the lines of the given one. */
  | { readonly ok: true; readonly text: string; readonly root: YamlNode }
  | { readonly ok: false; readonly text: string; readonly fault: YamlFault };

/**
 * The syntax tree of one document, with no opinion about its scalars. The library's own entrance knows no bounds; here
 * its lexer, parser and composer are run by hand, so that size and depth are known before anything recurses.
 */
export function composeYaml(text: string): ComposedYaml {
  const unprintable = text.search(notYaml);
  if (unprintable !== -1) return failed(text, unprintable, controlCharacter);
  return withoutStackTraces(() => {
    const asWritten = compose(text);
    return asWritten.ok || isOutOfBounds(asWritten.fault) ? asWritten : composeIndented(text, asWritten);
  });
}

function composeIndented(text: string, asWritten: ComposedYaml): ComposedYaml {
  const { text: indentedText, unclosedAt } = indentContinuations(text);
  const indented = indentedText === text ? asWritten : compose(indentedText);
  if (indented.ok || unclosedAt === undefined) return indented;
  // What has no end swallows the rest of the text, and is only missed there.
  return indented.fault.offset < indentedText.trimEnd().length ? indented : failed(text, unclosedAt, unclosed);
}

function isOutOfBounds({ reason }: YamlFault): boolean {
  return reason === yamlTooDeep || reason === yamlTooLarge;
}

/** libyaml's set of characters (readerc.go of go.yaml.in/yaml/v2). */
const notYaml = /[^\t\n\r\u{20}-\u{7e}\u{85}\u{a0}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;
const controlCharacter = 'is not valid YAML: control character; remove it, or write it as an escape in double quotes';
const unclosed = 'is not valid YAML: a quote or bracket opens here and is never closed; close it';
const secondDocument = 'is not valid YAML: another document starts here; put "---" on a line of its own before it';

function compose(text: string): ComposedYaml {
  const composer = new Composer({
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    merge: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const parser = new Parser();
  const documents: Document.Parsed[] = [];
  let tokens = 0;
  for (const token of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > maxYamlTokens) return failed(text, 0, yamlTooLarge);
    for (const part of parser.next(token)) documents.push(...composer.next(part));
    // Besides the containers the document itself and a scalar may be open.
    if (parser.stack.length > maxYamlNesting + 2) return failed(text, parser.offset, yamlTooDeep);
  }
  for (const part of parser.end()) documents.push(...composer.next(part));
  documents.push(...composer.end(true, text.length));
  return composed(text, documents);
}

function composed(text: string, [document, another]: readonly Document.Parsed[]): ComposedYaml {
  const error = document?.errors[0];
  if (error !== undefined) return failed(text, error.pos[0], yamlReasons[error.code]);
  if (another !== undefined) return failed(text, another.range[0], secondDocument);
  return { ok: true, text, root: nodeOf(document?.contents) };
}

/** The library makes an error object for each fault and never throws them: a million stack traces would be a gigabyte. */
function withoutStackTraces<Result>(work: () => Result): Result {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = before;
  }
}

function failed(text: string, offset: number, reason: string): ComposedYaml {
  return { ok: false, text, fault: { offset, reason } };
}
