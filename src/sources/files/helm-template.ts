import { isUtf8 } from 'node:buffer';

export const helmTemplate =
  'looks like a Helm template; render it first, for example helm template CHART | pullgate check -';

/**
 * The line of the first `{{ … }}` outside of comments, counted from 0. Only asked of documents that could not be read:
 * alert rules and the like hold such texts, in quotes, and are no templates.
 */
export function templateLine(bytes: Uint8Array): number | undefined {
  if (!isUtf8(bytes)) return undefined;
  const lines = new TextDecoder().decode(bytes).split('\n');
  const found = lines.findIndex((line) => !line.trimStart().startsWith('#') && hasAction(line));
  return found === -1 ? undefined : found;
}

function hasAction(line: string): boolean {
  const start = line.indexOf('{{');
  return start !== -1 && line.includes('}}', start + 2);
}
