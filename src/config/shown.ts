const longest = 60;

/** A value of somebody else inside a message: short and in printable ASCII, so that it cannot pass for our own words. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return shownText(value);
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a mapping';
}

function shownText(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return `"${cut.replaceAll(/[^\u{20}-\u{7e}…]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)}"`;
}

/** `a, b or c` */
export function anyOf(words: readonly string[]): string {
  const [last = '', ...before] = words.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(', ')} or ${last}`;
}
