/**
 * Names a finding so that it is known again in the next run: by what it is about, not by its line or its words, which change
 * while the finding stays.
 */
import type { PlacedFinding } from './placed-finding.ts';

/** One for each finding, all different: of equal ones, as of an object that is in two files, the later carry a number. */
export function fingerprintsOf(placed: readonly PlacedFinding[]): readonly string[] {
  const seen = new Map<string, number>();
  return placed.map(({ finding, of, image }) => {
    const { kind, namespace, name } = of.workload;
    const identity = [finding.code, kind, namespace, name, image?.path ?? '', image?.image ?? ''];
    const key = JSON.stringify(identity);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return fnv1a64(before === 0 ? key : `${key}#${before + 1}`);
  });
}

const word = 2 ** 32;

/** FNV-1a of 64 bits over UTF-8, as 16 hexadecimal digits; computed in two halves, since the prime is 2^40 + 0x1b3. */
export function fnv1a64(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of Buffer.from(text)) {
    low = (low ^ byte) >>> 0;
    const product = low * 0x1b3;
    high = (high * 0x1b3 + Math.floor(product / word) + ((low << 8) >>> 0)) % word;
    low = product % word;
  }
  return `${hex(high)}${hex(low)}`;
}

function hex(half: number): string {
  return half.toString(16).padStart(8, '0');
}
