/** Foreign text in HTML: it stays text, and what cannot be seen is written out. */
import { printable } from '../printable.ts';

/** HTML, as opposed to text that has still to become some. */
export type Markup = string;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For attributes in quotation marks, and for text that was made printable before. */
export function escaped(text: string): Markup {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

export function textIn(text: string, longest?: number): Markup {
  return escaped(printable(text, longest));
}
