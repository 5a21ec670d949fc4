import { type CatalogueEntry, catalogue } from '../core/finding/catalogue.ts';
import type { FindingCode } from '../core/finding/finding.ts';

/** A report that was read, or made by a newer version, may have codes that this one does not know. */
export function isFindingCode(code: string): code is FindingCode {
  return Object.hasOwn(catalogue, code);
}

export function catalogueEntryOf(code: string): CatalogueEntry | undefined {
  return isFindingCode(code) ? catalogue[code] : undefined;
}
