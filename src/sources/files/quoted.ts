const longest = 60;

/** A foreign name inside a message: short, printable ASCII, in quotes. */
export function quoted(name: string): string {
  const cut = name.length > longest ? `${name.slice(0, longest)}...` : name;
  return `"${cut.replaceAll(/[^\u{20}-\u{7e}]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)}"`;
}
