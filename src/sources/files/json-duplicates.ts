import { endOfString, nameAt, skipBlanks } from './scan-json.ts';

export type JsonDuplicate = { readonly name: string; readonly at: number; readonly firstAt: number };

/** The first name that stands twice in one object of a valid JSON text. */
export function findJsonDuplicate(text: string): JsonDuplicate | undefined {
  /** For each open container the names so far; an array never has any. */
  const open: Map<string, number>[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '{' || char === '[') open.push(new Map());
    else if (char === '}' || char === ']') open.pop();
    else if (char === '"') {
      const end = endOfString(text, at);
      const isName = text[skipBlanks(text, end)] === ':';
      const name = isName ? nameAt(text, at, end) : '';
      const firstAt = isName ? open.at(-1)?.get(name) : undefined;
      if (firstAt !== undefined) return { name, at, firstAt };
      if (isName) open.at(-1)?.set(name, at);
      at = end - 1;
    }
  }
  return undefined;
}

/** How many members the objects of a value have. Fewer than the text has colons means that some stood twice. */
export function countMembers(value: unknown): number {
  let members = 0;
  const waiting: unknown[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const inside: readonly unknown[] = Object.values(next);
    if (!Array.isArray(next)) members += inside.length;
    for (const item of inside) if (typeof item === 'object' && item !== null) waiting.push(item);
  }
  return members;
}
