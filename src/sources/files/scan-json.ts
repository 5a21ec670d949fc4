/**
 * Finds its way in the text of JSON that is known to be valid: where members and elements stand, which `JSON.parse`
 * does not tell. Nothing recurses, and what is not asked for is passed over.
 */
export type JsonMember = { readonly name: string; readonly at: number; readonly valueAt: number };

/** The members of the object that starts at `at`, in the order of the text, duplicates included. */
export function* membersAt(text: string, at: number): Generator<JsonMember> {
  let next = skipBlanks(text, at + 1);
  while (text[next] === '"') {
    const end = endOfString(text, next);
    const valueAt = skipBlanks(text, skipBlanks(text, end) + 1);
    yield { name: nameAt(text, next, end), at: next, valueAt };
    next = afterComma(text, endOfValue(text, valueAt));
  }
}

/** Where the elements of the array that starts at `at` start. */
export function* elementsAt(text: string, at: number): Generator<number> {
  let next = skipBlanks(text, at + 1);
  while (next < text.length && text[next] !== ']') {
    yield next;
    next = afterComma(text, endOfValue(text, next));
  }
}

export function skipBlanks(text: string, at: number): number {
  let next = at;
  while (isBlank(text.charCodeAt(next))) next += 1;
  return next;
}

/** The index after the string that starts at `at`. */
export function endOfString(text: string, at: number): number {
  let next = at + 1;
  for (let char = text[next]; char !== undefined && char !== '"'; char = text[next]) next += char === '\\' ? 2 : 1;
  return next + 1;
}

export function nameAt(text: string, at: number, end: number): string {
  const name: string = JSON.parse(text.slice(at, end));
  return name;
}

/** The index after the value that starts at `at`: brackets are counted outside of strings. */
export function endOfValue(text: string, at: number): number {
  let depth = 0;
  let next = at;
  while (next < text.length) {
    const char = text[next];
    if (depth === 0 && (char === ',' || char === '}' || char === ']')) return next;
    if (char === '"') next = endOfString(text, next) - 1;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    next += 1;
  }
  return next;
}

function afterComma(text: string, at: number): number {
  const next = skipBlanks(text, at);
  return text[next] === ',' ? skipBlanks(text, next + 1) : next;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
