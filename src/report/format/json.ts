import type { PullReport } from '../pull-report.ts';

export function jsonOf(report: PullReport): string {
  return jsonText(report);
}

/**
 * With two spaces and a line break at its end. JSON itself escapes C0 controls and lone surrogates only; what else a terminal
 * or a reader could be misled by (C1, bidi, zero width, U+2028) is escaped as well. The value stays the same.
 */
export function jsonText(value: object): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${text.replaceAll(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu, unitsOf)}\n`;
}

function unitsOf(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
