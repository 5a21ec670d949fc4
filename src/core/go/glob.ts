import { type ByteString, runeAt } from './byte-string.ts';

/**
 * Go's filepath.Match on Linux: `*` and `?` stop at `/`, `[…]` is a class of characters and ranges (`^` negates), `\`
 * escapes. A malformed pattern matches nothing, as in Go an error is found only where the text still matches.
 * Never goes back behind a `*` that was passed, so that time stays pattern × text.
 */
export function matchesGlob(pattern: ByteString, text: ByteString): boolean {
  let rest = text;
  for (let at = 0; at < pattern.length; ) {
    const { isStarred, chunk, next } = chunkAt(pattern, at);
    const isLast = next === pattern.length;
    if (isStarred && chunk === '') return !rest.includes('/');
    const after = skipChunk(chunk, rest, isStarred, isLast);
    if (after === undefined) return false;
    rest = after;
    at = next;
  }
  return rest === '';
}

type Chunk = { readonly isStarred: boolean; readonly chunk: ByteString; readonly next: number };

/** The part of a pattern up to the next `*` that is not inside a class. */
function chunkAt(pattern: ByteString, from: number): Chunk {
  let start = from;
  while (pattern[start] === '*') start += 1;
  let isInClass = false;
  let end = start;
  for (; end < pattern.length; end += 1) {
    const char = pattern[end];
    if (char === '*' && !isInClass) break;
    if (char === '[') isInClass = true;
    if (char === ']') isInClass = false;
    if (char === '\\' && end + 1 < pattern.length) end += 1;
  }
  return { isStarred: start > from, chunk: pattern.slice(start, end), next: end };
}

/** What of the text follows the chunk; after a `*` the chunk may start anywhere before the next `/`. */
function skipChunk(chunk: ByteString, text: ByteString, isStarred: boolean, isLast: boolean): ByteString | undefined {
  for (let start = 0; ; start += 1) {
    const end = endOfChunk(chunk, text, start);
    if (end !== undefined && (!isLast || end === text.length)) return text.slice(end);
    if (!isStarred || start >= text.length || text[start] === '/') return undefined;
  }
}

/** The offset behind a chunk that matches at `start`. */
function endOfChunk(chunk: ByteString, text: ByteString, start: number): number | undefined {
  let at = start;
  for (let index = 0; index < chunk.length; ) {
    if (at >= text.length) return undefined;
    const char = chunk[index];
    if (char === '[') {
      const rune = runeAt(text, at);
      const end = endOfClass(chunk, index + 1, rune.value);
      if (end === undefined) return undefined;
      index = end;
      at += rune.size;
    } else if (char === '?') {
      if (text[at] === '/') return undefined;
      index += 1;
      at += runeAt(text, at).size;
    } else {
      const literal = char === '\\' ? index + 1 : index;
      if (chunk[literal] !== text[at]) return undefined;
      index = literal + 1;
      at += 1;
    }
  }
  return at;
}

/** The offset behind a class that holds the rune; undefined if it does not, or is malformed. */
function endOfClass(chunk: ByteString, start: number, rune: number): number | undefined {
  const isNegated = chunk[start] === '^';
  const first = isNegated ? start + 1 : start;
  let holdsRune = false;
  let index = first;
  while (index === first || chunk[index] !== ']') {
    const low = classMember(chunk, index);
    if (low === undefined) return undefined;
    const high = chunk[low.end] === '-' ? classMember(chunk, low.end + 1) : low;
    if (high === undefined) return undefined;
    holdsRune ||= low.value <= rune && rune <= high.value;
    index = high.end;
  }
  return holdsRune === isNegated ? undefined : index + 1;
}

/** One character of a class, perhaps escaped; undefined where the class is malformed or ends with the chunk. */
function classMember(chunk: ByteString, start: number): { readonly value: number; readonly end: number } | undefined {
  const char = chunk[start];
  if (char === undefined || char === '-' || char === ']') return undefined;
  const at = char === '\\' ? start + 1 : start;
  if (at >= chunk.length) return undefined;
  const { value, size } = runeAt(chunk, at);
  const end = at + size;
  const isInvalidUtf8 = value === 0xfffd && size === 1;
  return isInvalidUtf8 || end >= chunk.length ? undefined : { value, end };
}
