/**
 * Base64 as Go's encoding/base64 reads it: the standard alphabet, line breaks ignored anywhere, blanks and the URL-safe
 * alphabet refused, spare bits at the end not looked at. `atob` differs in each of these.
 */

/** StdEncoding or RawStdEncoding: the one wants its padding, the other refuses any. */
export type Base64Form = 'padded' | 'unpadded';
export type DecodedBase64 =
  | { readonly ok: true; readonly bytes: Uint8Array }
  /** `at`: the byte at which Go stops, as its error text says. */
  | { readonly ok: false; readonly at: number; readonly error: string };

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const noDigit = 0xff;
const digitOf = new Uint8Array(256).fill(noDigit);
for (let value = 0; value < alphabet.length; value += 1) digitOf[alphabet.charCodeAt(value)] = value;

const padding = '='.charCodeAt(0);
const lineFeed = '\n'.charCodeAt(0);
const carriageReturn = '\r'.charCodeAt(0);

export function decodeBase64(text: string, form: Base64Form): DecodedBase64 {
  const source = new TextEncoder().encode(text);
  const bytes = new Uint8Array(Math.ceil(source.length / 4) * 3);
  let size = 0;
  let at = 0;
  let digits = 0;
  let bits = 0;
  for (; at < source.length; at += 1) {
    const byte = source[at] ?? 0;
    const digit = digitOf[byte] ?? noDigit;
    if (digit === noDigit) {
      if (isLineBreak(byte)) continue;
      if (byte !== padding || form === 'unpadded' || digits < 2) return corrupt(at);
      const fault = faultOfPadding(source, at, digits);
      if (fault !== undefined) return corrupt(fault);
      break;
    }
    bits = ((bits << 6) | digit) & 0xffffff;
    digits = (digits + 1) % 4;
    if (digits === 0) {
      bytes[size] = bits >> 16;
      bytes[size + 1] = bits >> 8;
      bytes[size + 2] = bits;
      size += 3;
    }
  }
  const isCutOff = at === source.length && (digits === 1 || (digits > 1 && form === 'padded'));
  if (isCutOff) return corrupt(source.length - digits);
  if (digits >= 2) {
    bits <<= 6 * (4 - digits);
    bytes[size] = bits >> 16;
    bytes[size + 1] = bits >> 8;
    size += digits - 1;
  }
  return { ok: true, bytes: bytes.slice(0, size) };
}

/** Where the padding that starts at `at` is wrong, undefined if it is right and ends the text. */
function faultOfPadding(source: Uint8Array, at: number, digits: number): number | undefined {
  let next = at + 1;
  if (digits === 2) {
    next = afterLineBreaks(source, next);
    if (next === source.length) return next;
    if (source[next] !== padding) return next - 1;
    next += 1;
  }
  next = afterLineBreaks(source, next);
  return next < source.length ? next : undefined;
}

function afterLineBreaks(source: Uint8Array, from: number): number {
  let at = from;
  while (isLineBreak(source[at])) at += 1;
  return at;
}

function isLineBreak(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

function corrupt(at: number): DecodedBase64 {
  return { ok: false, at, error: `illegal base64 data at input byte ${at}` };
}

/** StdEncoding, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const quanta: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const bits = (first << 16) | (second << 8) | third;
    const letters = [18, 12, 6, 0].map((shift) => alphabet[(bits >> shift) & 63]);
    const known = Math.min(bytes.length - at, 3) + 1;
    quanta.push(letters.slice(0, known).join('').padEnd(4, '='));
  }
  return quanta.join('');
}
