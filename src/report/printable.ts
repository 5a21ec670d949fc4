/**
 * Text of somebody else inside ours: control characters, invisible ones, those that turn the direction of writing and those
 * that look like others would let it pass for our own words, or hide what is there. Everything but printable ASCII becomes
 * `\u{…}`; what is too long loses its middle.
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
  const head = Math.ceil((max - 3) / 2);
  return `${escaped.slice(0, head)}...${escaped.slice(escaped.length - (max - 3 - head))}`;
}

const unprintable = /[^ -~]/gu;
