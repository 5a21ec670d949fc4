/**
 * What a registry asks for in a 401, read as containerd reads it (core/remotes/docker/auth/parse.go): of each
 * `WWW-Authenticate` line only the first challenge counts, unknown schemes are passed over, and what does not fit the
 * grammar ends the line without an error.
 */

import type { Response } from './exchange.ts';

export type ChallengeScheme = 'bearer' | 'digest' | 'basic';
export type Challenge = {
  readonly scheme: ChallengeScheme;
  /** By lower-case name; of equal names the last one counts. */
  readonly parameters: ReadonlyMap<string, string>;
};

const preference: readonly ChallengeScheme[] = ['bearer', 'digest', 'basic'];

/** The challenges of a 401 in containerd's order of preference: bearer, digest, basic; equal ones in the order of the lines. */
export function parseChallenges(lines: readonly string[]): readonly Challenge[] {
  return lines
    .flatMap((line) => parseLine(line) ?? [])
    .toSorted((one, other) => preference.indexOf(one.scheme) - preference.indexOf(other.scheme));
}

/** RFC 6750, section 3.1: a registry says so to a token that it did not give, or that ran out. */
export function saysInvalidToken({ headers }: Pick<Response, 'headers'>): boolean {
  return parseChallenges(headers.get('www-authenticate') ?? []).some(
    ({ scheme, parameters }) => scheme === 'bearer' && parameters.get('error') === 'invalid_token',
  );
}

function parseLine(line: string): Challenge | undefined {
  const [word, rest] = takeToken(line);
  const scheme = preference.find((known) => known === word.toLowerCase());
  return scheme && { scheme, parameters: parseParameters(rest) };
}

function parseParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (let rest = text; ; rest = rest.slice(1)) {
    const [name, afterName] = takeToken(skipBlanks(rest));
    if (name === '' || !afterName.startsWith('=')) return parameters;
    const [value, afterValue] = takeTokenOrQuoted(afterName.slice(1));
    parameters.set(name.toLowerCase(), value);
    rest = skipBlanks(afterValue);
    if (!rest.startsWith(',')) return parameters;
  }
}

type Taken = readonly [taken: string, rest: string];

/** RFC 7230 `token`; possibly empty. */
function takeToken(text: string): Taken {
  const length = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]*/.exec(text)?.[0].length ?? 0;
  return [text.slice(0, length), text.slice(length)];
}

function skipBlanks(text: string): string {
  return text.replace(/^[ \t\r\n]+/, '');
}

/** A quoted string that never ends is the empty value and swallows the line. */
function takeTokenOrQuoted(text: string): Taken {
  if (!text.startsWith('"')) return takeToken(text);
  const quoted = /^"((?:[^"\\]|\\[\s\S])*)"/.exec(text);
  if (quoted === null) return ['', ''];
  return [(quoted[1] ?? '').replaceAll(/\\([\s\S])/g, '$1'), text.slice(quoted[0].length)];
}
