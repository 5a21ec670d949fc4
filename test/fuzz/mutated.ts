/** Texts that are almost right: a right one, with a few edits of the kind that parsers trip over. */
import * as fc from 'fast-check';

/** What means something to one of the parsers, or is long, deep or invisible. */
const tokens = [
  ...Array.from(' \t\r\n\0"\'\\/:@.,;=-_[]{}()<>%#?&*!|~`$é\u{200b}\u{202e}\u{1b}\u{feff}\u{130}'),
  '\u{d800}',
  '\\u0000',
  '\\ud800',
  '\\"',
  'null',
  'true',
  '-0',
  '1e999',
  '99999999999999999999',
  '"__proto__":',
  '"constructor":',
  '{}',
  '[]',
  '{},{},',
  '&a ',
  '*a ',
  '<<: *a\n',
  '\n---\n',
  '\n...\n',
  '!!binary ',
  '\n::error::x\n',
  '\u{1b}[31m',
  'sha256:',
  'Bearer realm="',
  'a'.repeat(300),
  '['.repeat(300),
  '{"a":'.repeat(300),
  '- '.repeat(300),
];

type Edit = { readonly at: number; readonly removed: number; readonly token: string; readonly copied: number };

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(100_000),
  removed: fc.oneof(fc.constant(0), fc.nat(8)),
  token: fc.oneof(fc.constant(''), fc.constantFrom(...tokens), fc.string({ unit: 'binary', maxLength: 4 })),
  copied: fc.oneof(fc.constant(0), fc.nat(40)),
});

/** @param right texts that the parser takes */
export function mutated(...right: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...right), fc.array(edit, { maxLength: 6 }))
    .map(([text, edits]) => edits.reduce(edited, text));
}

function edited(text: string, { at, removed, token, copied }: Edit): string {
  const place = at % (text.length + 1);
  return text.slice(0, place) + token + text.slice(place, place + copied) + text.slice(place + removed);
}

/** A megabyte of one token between two ends: what a step too much for each of them costs shows. */
export function repeated(...ends: readonly (readonly [before: string, after: string])[]): fc.Arbitrary<string> {
  const unit = fc.oneof(fc.constantFrom(...tokens), mutated('{"a":{}},', '"a":"b",', '- a: b\n', 'a/', '[a]\n'));
  return fc
    .tuple(fc.constantFrom(...ends), unit)
    .filter(([, text]) => text.length > 0)
    .map(([[before, after], text]) => before + text.repeat(Math.ceil(megabyte / Buffer.byteLength(text))) + after);
}

/** In UTF-8, as it comes in. */
const megabyte = 1_000_000;
