import { type HostPattern, parseHostPattern } from '../../../src/core/egress/host-pattern.ts';

export function patternsOf(...texts: readonly string[]): readonly HostPattern[] {
  return texts.map((text) => {
    const parsed = parseHostPattern(text);
    if (!parsed.ok) throw new Error(parsed.error);
    return parsed.pattern;
  });
}
