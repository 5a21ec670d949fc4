/** Go's strconv.ParseInt(text, 10, 64): an optional sign and ASCII digits, nothing else; undefined where Go reports an error. */
export function parseGoInt64(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  const digits = text.replace(/^[+-]?0*/, '');
  // 2^63 has 19 digits; longer ones are out of range and need not be computed.
  if (digits.length > 19) return undefined;
  const value = text.startsWith('-') ? -BigInt(digits) : BigInt(digits);
  return value === BigInt.asIntN(64, value) ? value : undefined;
}
