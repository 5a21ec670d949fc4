/**
 * Replacing by a regular expression as Go's package regexp does it. Whoever has an engine for Go's expressions gives it;
 * here is what engines differ in: which matches count, and what `$1` stands for.
 */

/** Where a group of a match begins and ends; undefined for a group that took no part. */
export type Span = readonly [start: number, end: number] | undefined;

export type Pattern = {
  /** The leftmost match at or after `from`; the whole match first, then each group in order. */
  readonly match: (text: string, from: number) => readonly [readonly [number, number], ...Span[]] | undefined;
  /** Number of the group with this name. */
  readonly groupNamed: (name: string) => number | undefined;
};

/** Undefined for what Go does not compile. */
export type CompilePattern = (expression: string) => Pattern | undefined;

/** `Regexp.ReplaceAllString`. An empty match right after another match does not count (regexp.go, replaceAll). */
export function replaceAll(pattern: Pattern, text: string, template: string): string {
  let result = '';
  let copied = 0;
  let from = 0;
  while (from <= text.length) {
    const match = pattern.match(text, from);
    if (match === undefined) break;
    const [[start, end]] = match;
    result += text.slice(copied, start);
    if (end > copied || start === 0) result += expand(template, text, match, pattern);
    copied = end;
    from = end > from ? end : from + 1;
  }
  return result + text.slice(copied);
}

/**
 * `Regexp.Expand`: `$name` takes as many letters, digits and underscores as there are, `$1x` is a group named `1x`; a
 * group that does not exist is empty, and a `$` that begins no name stands for itself.
 */
function expand(template: string, text: string, match: readonly Span[], pattern: Pattern): string {
  return template.replaceAll(/\$(?:\$|(\w+)|\{(\w+)\})/g, (written: string, bare?: string, braced?: string) => {
    const name = bare ?? braced;
    if (name === undefined) return written.slice(1);
    const group = /^\d+$/.test(name) ? match[Number(name)] : match[pattern.groupNamed(name) ?? -1];
    return group === undefined ? '' : text.slice(...group);
  });
}
