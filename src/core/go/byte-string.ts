/**
 * Text as Go keeps it: a sequence of bytes, here one character (U+0000 to U+00FF) a byte. Go compares, sorts, cuts and
 * percent-decodes such sequences without asking whether they are UTF-8; JavaScript's own strings would order them otherwise.
 */
export type ByteString = string;

/** Long lists of arguments overflow the stack. */
const chunkBytes = 8192;

export function byteStringOf(text: string): ByteString {
  return byteStringOfBytes(new TextEncoder().encode(text));
}

export function byteStringOfBytes(bytes: Uint8Array): ByteString {
  const chunks: string[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    chunks.push(String.fromCharCode(...bytes.subarray(at, at + chunkBytes)));
  return chunks.join('');
}

export type Rune = { readonly value: number; readonly size: number };

/** The character at an offset (unicode/utf8, DecodeRuneInString); U+FFFD of one byte where none starts. Expects `at` inside the text. */
export function runeAt(text: ByteString, at: number): Rune {
  const first = text.charCodeAt(at);
  if (first < 0x80) return { value: first, size: 1 };
  if (first < 0xc2 || first > 0xf4) return invalid;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  let value = first & (0xff >> (size + 1));
  for (let index = 1; index < size; index += 1) {
    const byte = text.charCodeAt(at + index);
    if ((byte & 0xc0) !== 0x80) return invalid;
    value = (value << 6) | (byte & 0x3f);
  }
  return value < smallest[size] || value > 0x10ffff || isSurrogate(value) ? invalid : { value, size };
}

const invalid: Rune = { value: 0xfffd, size: 1 };

/** By number of bytes: a smaller value is an overlong form. */
const smallest = { 2: 0x80, 3: 0x800, 4: 0x10000 } as const;

function isSurrogate(value: number): boolean {
  return value >= 0xd800 && value <= 0xdfff;
}
