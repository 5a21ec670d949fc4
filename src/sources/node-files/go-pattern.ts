/** Expressions in the syntax of Go's package regexp, and in time that is linear in the text: users choose what is matched. */
import { RE2JS, RE2JSException } from 're2js';
import type { CompilePattern, Span } from '../../core/go/pattern.ts';

export const compileGoPattern: CompilePattern = (expression) => {
  const compiled = compiledOf(expression);
  if (compiled === undefined) return undefined;
  const names: Readonly<Record<string, number>> = compiled.namedGroups();
  return {
    match: (text, from) => {
      const matcher = compiled.matcher(text);
      if (!matcher.find(from)) return undefined;
      const groups = Array.from({ length: matcher.groupCount() }, (_, index): Span => {
        const start = matcher.start(index + 1);
        return start < 0 ? undefined : [start, matcher.end(index + 1)];
      });
      return [[matcher.start(), matcher.end()], ...groups];
    },
    groupNamed: (name) => names[name],
  };
};

function compiledOf(expression: string): RE2JS | undefined {
  try {
    return RE2JS.compile(expression);
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}
