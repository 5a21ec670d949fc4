/**
 * Text of somebody else inside ours: control characters, invisible ones and those that turn the direction of writing would
 * let it pass for our own words, or hide what is there. Each becomes `\u{…}`; what is too long loses its middle.
 *
 * @param max in UTF-16 code units of the result
 */
export function printable(text: string, max = 200): string {
  // Escapes are at most ten times as long as what they stand for: no need to look at a megabyte of it.
  const near = text.length > 2 * max ? text.slice(0, max) + text.slice(-max) : text;
  const escaped = near
    .toWellFormed()
    .replaceAll(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  if (escaped.length <= max && near === text) return escaped;
  const head = Math.ceil((max - 1) / 2);
  return `${escaped.slice(0, head).toWellFormed()}…${escaped.slice(escaped.length - (max - 1 - head)).toWellFormed()}`;
}

/** Controls, formats (bidi, zero width), private and unassigned code points, line and paragraph separators, odd spaces. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
