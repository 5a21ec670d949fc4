/** `--ignore`, which reads its patterns as lines of a `.gitignore` in the current directory (git-scm.com/docs/gitignore). */
import { basename, relative, resolve, sep } from 'node:path';
import type { IsIgnored } from '../../sources/files/list-files.ts';

type Pattern = {
  readonly written: string;
  readonly expression: RegExp;
  readonly isNegated: boolean;
  readonly isForDirectories: boolean;
  /** A slash before its end ties it to a directory; else it holds for names at any depth. */
  readonly isTied: boolean;
};

export type IgnoreRules = {
  readonly isIgnored: IsIgnored;
  /** Patterns that matched nothing, as written. */
  readonly unused: () => readonly string[];
};

/** The last pattern that matches decides, and `!` takes back what an earlier one said. */
export function ignoring(patterns: readonly string[]): IgnoreRules {
  const parsed = patterns.map(parsePattern);
  const used = new Set<Pattern>();
  return {
    isIgnored: (path, { isDirectory, below }) => {
      let isIgnored = false;
      for (const pattern of parsed) {
        if (!matches(pattern, path, isDirectory, below)) continue;
        used.add(pattern);
        isIgnored = !pattern.isNegated;
      }
      return isIgnored;
    },
    unused: () => parsed.filter((pattern) => !used.has(pattern)).map(({ written }) => written),
  };
}

function parsePattern(written: string): Pattern {
  const isNegated = written.startsWith('!');
  const bare = isNegated ? written.slice(1) : written;
  const isForDirectories = bare.endsWith('/');
  const trimmed = bare.replace(/\/+$/, '').replace(/^\.\//, '/');
  const isTied = trimmed.includes('/');
  return { written, expression: expressionOf(trimmed.replace(/^\//, '')), isNegated, isForDirectories, isTied };
}

/** Of what git gives a meaning; everything else means itself, and a leading dot is a letter like others. */
const tokens = /^\*\*\/|\/\*\*$|\/\*\*\/|\*+|\?|\[!?\]?[^\]]*\]|\\?./gsu;

function expressionOf(glob: string): RegExp {
  const source = glob.replaceAll(tokens, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '/**') return '/.+';
    if (token === '/**/') return '/(?:.*/)?';
    if (token.startsWith('*')) return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.startsWith('[') && token.length > 1) return classOf(token);
    const letter = token.startsWith('\\') && token.length > 1 ? token.slice(1) : token;
    return /^[\^$\\.*+?()[\]{}|/]$/.test(letter) ? `\\${letter}` : letter;
  });
  return new RegExp(`^${source}$`, 'su');
}

function classOf(token: string): string {
  const isInverse = token.startsWith('[!');
  const members = token.slice(isInverse ? 2 : 1, -1).replaceAll(/[\\[\]^&~|]/g, String.raw`\$&`);
  return `(?!/)[${isInverse ? '^' : ''}${members}]`;
}

function matches(pattern: Pattern, path: string, isDirectory: boolean, below: string): boolean {
  if (pattern.isForDirectories && !isDirectory) return false;
  if (!pattern.isTied) return pattern.expression.test(basename(path));
  // The directory that was named may be meant as well as the current one.
  const places = [relative('', resolve(path)), relative(resolve(below), resolve(path))];
  return places.some((place) => pattern.expression.test(place.split(sep).join('/')));
}
