import { maxNesting } from './json.ts';

/**
 * Whether a text of JSON may hold more than so many values. It is only looked through, nothing is built: a few megabytes of
 * `{},{},…` would become hundreds of megabytes of objects.
 */
export function hasMoreValues(bytes: Uint8Array, most: number): boolean {
  // A value takes at least two characters, with its comma.
  if (bytes.length <= 2 * most) return false;
  let values = 1;
  let depth = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const code = bytes[at] as number;
    if (code === quote) at = endOfString(bytes, at);
    else if (code === comma) values += 1;
    else if (code === brace || code === bracket) {
      values += 1;
      depth += 1;
      // The parser refuses it there, as Go does, and reads no further.
      if (depth > maxNesting) return false;
    } else if (code === closingBrace || code === closingBracket) depth -= 1;
    else continue;
    if (values > most) return true;
  }
  return false;
}

/** The offset of the quote that ends the string, or the end of the text. */
function endOfString(bytes: Uint8Array, start: number): number {
  const next = bytes.indexOf(quote, start + 1);
  if (next === -1) return bytes.length;
  if (bytes[next - 1] !== backslash) return next;
  // Looking for each quote of a string that is full of escaped ones takes ten times as long.
  let at = start + 1;
  for (; at < bytes.length; at += 1) {
    const code = bytes[at];
    if (code === backslash) at += 1;
    else if (code === quote) break;
  }
  return at;
}

const quote = 0x22;
const comma = 0x2c;
const bracket = 0x5b;
const backslash = 0x5c;
const closingBracket = 0x5d;
const brace = 0x7b;
const closingBrace = 0x7d;
