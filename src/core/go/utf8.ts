/**
 * Bytes as a Go string shows them: each byte that is no UTF-8 becomes U+FFFD. `TextDecoder` replaces a cut-off
 * sequence by one character, Go each of its bytes by one (unicode/utf8, DecodeRune). A byte order mark is kept: Go's JSON refuses it.
 */
export function decodeGoUtf8(bytes: Uint8Array): string {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return strict.decode(bytes);
  } catch {
    return strict.decode(withReplacements(bytes));
  }
}

/** The same in UTF-8, with U+FFFD for each byte that starts no character. */
function withReplacements(bytes: Uint8Array): Uint8Array {
  const replaced = new Uint8Array(3 * bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const size = runeSize(bytes, at);
    if (size === 0) {
      replaced[length] = 0xef;
      replaced[length + 1] = 0xbf;
      replaced[length + 2] = 0xbd;
      length += 3;
      at += 1;
      continue;
    }
    for (const end = at + size; at < end; at += 1) {
      replaced[length] = bytes[at] as number;
      length += 1;
    }
  }
  return replaced.subarray(0, length);
}

/** Length of the well-formed sequence at `at` (RFC 3629, table 3-7 of Unicode), 0 if there is none. */
function runeSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + size > bytes.length) return 0;
  const [low, high] = secondByte(first);
  for (let index = 1; index < size; index += 1) {
    const byte = bytes[at + index] as number;
    if (byte < (index === 1 ? low : 0x80) || byte > (index === 1 ? high : 0xbf)) return 0;
  }
  return size;
}

/** Overlong forms, surrogates and values beyond U+10FFFF are excluded by the second byte. */
function secondByte(first: number): readonly [low: number, high: number] {
  if (first === 0xe0) return [0xa0, 0xbf];
  if (first === 0xed) return [0x80, 0x9f];
  if (first === 0xf0) return [0x90, 0xbf];
  if (first === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}
