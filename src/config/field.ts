/** The kinds of values in a configuration file, each with the sentence for what is none of its kind. */
import * as z from 'zod';
import { parseGoDurationMs } from '../core/go/duration.ts';
import { unknownKey } from './nearest-key.ts';
import { anyOf, shown } from './shown.ts';

/** Undefined is nothing of the kind; a problem says more than that. */
type Parsed<Value> = { readonly value: Value } | { readonly problem: string } | undefined;

/** @param kind for people: what they should write */
export function field<Value>(kind: string, parse: (written: unknown) => Parsed<Value>) {
  return z.unknown().transform((written, context): Value => {
    const parsed = parse(written);
    if (parsed !== undefined && 'value' in parsed) return parsed.value;
    const otherwise = written === undefined ? `is missing; write ${kind}` : `write ${kind}, not ${shown(written)}`;
    context.issues.push({ code: 'custom', message: parsed?.problem ?? otherwise, input: written });
    return z.NEVER;
  });
}

/** A mapping of known keys. Of keys that are not known each has a line in the message. */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownKey(key, Object.keys(shape))).join('\n')
        : `write a mapping, not ${shown(issue.input)}`,
  });
}

export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item, { error: ({ input }) => `write a list, not ${shown(input)}` });
}

export function oneOf<Word extends string | boolean>(words: readonly Word[]) {
  return field(anyOf(words.map(String)), (written) => valueIn(words, written));
}

function valueIn<Word>(words: readonly Word[], written: unknown): Parsed<Word> {
  const value = words.find((word) => word === written);
  return value === undefined ? undefined : { value };
}

export const yesOrNo = oneOf([true, false]);

export function count(least: number, most: number) {
  return field(`a whole number from ${least} to ${most}`, (written) =>
    typeof written === 'number' && Number.isInteger(written) && written >= least && written <= most
      ? { value: written }
      : undefined,
  );
}

/** In milliseconds. */
export function duration(longest: string, example: string) {
  const longestMs = parseGoDurationMs(longest) ?? 0;
  return field(`a duration from 1ms to ${longest}, such as ${example}`, (written) => {
    const ms = typeof written === 'string' ? parseGoDurationMs(written) : undefined;
    return ms !== undefined && ms >= 1 && ms <= longestMs ? { value: ms } : undefined;
  });
}

/** @param pattern of the whole text */
export function text(kind: string, pattern: RegExp) {
  return field(kind, (written) =>
    typeof written === 'string' && pattern.test(written) ? { value: written } : undefined,
  );
}
