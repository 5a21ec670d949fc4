const unitsNs: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u{b5}s', 1_000n],
  ['\u{3bc}s', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
const largestNs = 2n ** 63n - 1n;

/**
 * A duration as Go's `time.ParseDuration` reads it (`300ms`, `-1.5h`, `2h45m`), in milliseconds. It is undefined for
 * everything else, also for more than 292 years and for a number without a unit other than 0.
 */
export function parseGoDurationMs(text: string): number | undefined {
  const isNegative = text.startsWith('-');
  let rest = /^[+-]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return 0;
  if (rest === '') return undefined;
  let totalNs = 0n;
  while (rest !== '') {
    const [part = '', whole = '', fraction = '', unit = ''] = /^(\d*)(?:\.(\d*))?([^.\d]+)/.exec(rest) ?? [];
    const unitNs = unitsNs.get(unit);
    // More than 19 digits of an int64 are an overflow (and slow to multiply), unless they are leading zeros.
    const digits = whole.replace(/^0+/, '');
    if (unitNs === undefined || whole + fraction === '' || digits.length > 19) return undefined;
    totalNs += BigInt(digits) * unitNs + fractionNs(fraction.slice(0, 18), unitNs);
    if (totalNs > largestNs + (isNegative ? 1n : 0n)) return undefined;
    rest = rest.slice(part.length);
  }
  const totalMs = Number(totalNs) / 1e6;
  return isNegative ? -totalMs : totalMs;
}

/** Digits beyond 18 are below a nanosecond, also of an hour. */
function fractionNs(fraction: string, unitNs: bigint): bigint {
  return (BigInt(fraction) * unitNs) / 10n ** BigInt(fraction.length);
}
