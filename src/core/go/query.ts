/** Queries and forms as Go's net/url writes and reads them (url.Values, QueryEscape); `URLSearchParams` escapes otherwise. */

export type QueryPair = readonly [name: string, value: string | Uint8Array];

/** Sorted by name, values of one name in their order (Values.Encode). Bytes are for what need not be UTF-8: passwords. */
export function encodeQuery(pairs: readonly QueryPair[]): string {
  return pairs
    .toSorted(([one], [other]) => (one === other ? 0 : one < other ? -1 : 1))
    .map(([name, value]) => `${escapeQuery(name)}=${escapeQuery(value)}`)
    .join('&');
}

/** The pairs of a raw query. One that cannot be decoded, or that holds a semicolon, is left out (ParseQuery). */
export function parseQuery(raw: string): readonly QueryPair[] {
  return raw.split('&').flatMap((part) => {
    if (part === '' || part.includes(';') || /%(?![0-9a-fA-F]{2})/.test(part)) return [];
    const at = part.indexOf('=');
    const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
    return [[String.fromCharCode(...unescaped(name)), unescaped(value)]];
  });
}

function escapeQuery(text: string | Uint8Array): string {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return Array.from(bytes, escapeByte).join('');
}

function escapeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z0-9\-_.~]/.test(character)) return character;
  return character === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

function unescaped(text: string): Uint8Array {
  const plain = text.replaceAll('+', ' ');
  const bytes: number[] = [];
  for (const [index, part] of plain.split('%').entries()) {
    if (index > 0) bytes.push(Number.parseInt(part.slice(0, 2), 16));
    bytes.push(...new TextEncoder().encode(index > 0 ? part.slice(2) : part));
  }
  return Uint8Array.from(bytes);
}
