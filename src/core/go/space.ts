/**
 * Go's strings.TrimSpace. It differs from `trim` in two characters: U+0085 (next line) is white space to Go,
 * U+FEFF (byte order mark) is not.
 */
export function trimGoSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isGoSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isGoSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isGoSpace(code: number): boolean {
  return code === 0x85 || (code !== 0xfeff && String.fromCharCode(code).trim() === '');
}
