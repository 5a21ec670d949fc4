import type { JsonValue } from './read-item.ts';

export type ParsedJson =
  | { readonly ok: true; readonly text: string; readonly value: JsonValue }
  | { readonly ok: false };

/** JSON in UTF-8. `JSON.parse` makes `__proto__` an ordinary member, and keeps the last of several with one name, as Go does. */
export function parseJson(bytes: Uint8Array): ParsedJson {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: JsonValue = JSON.parse(text);
    return { ok: true, text, value };
  } catch {
    return { ok: false };
  }
}
