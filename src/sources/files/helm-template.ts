import { isUtf8 } from 'node:buffer';

/**
 * The line of the first `{{ … }}` or `{% … %}` outside of comments and quotes, counted from 0. Only asked of documents that
 * could not be read: in those that could, such a text is a text.
 */
export function templateLine(bytes: Uint8Array): number | undefined {
  if (!isUtf8(bytes)) return undefined;
  const lines = new TextDecoder().decode(bytes).split('\n');
  const found = lines.findIndex((line) => !line.trimStart().startsWith('#') && hasAction(line));
  return found === -1 ? undefined : found;
}

function hasAction(line: string): boolean {
  if (!line.includes('{{') && !line.includes('{%')) return false;
  const bare = line.replaceAll(quoted, '');
  return hasPair(bare, '{{', '}}') || hasPair(bare, '{%', '%}');
}

/** Texts of YAML in quotes; an apostrophe inside a word opens none. */
const quoted = /(?<=^|[\s:[{,(-])(?:"(?:[^"\\]|\\.)*"|'[^']*')/g;

function hasPair(text: string, open: string, close: string): boolean {
  const start = text.indexOf(open);
  return start !== -1 && text.includes(close, start + 2);
}
