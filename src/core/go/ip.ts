/**
 * Go's netip.ParseAddr, reduced to what net/url asks: is this an IPv6 address, perhaps with a zone? Unlike in a browser's
 * URL, `::ffff:1.2.3.4` is written with decimal octets without leading zeros, and any zone that is not empty will do.
 */
export function isIpv6Address(text: string): boolean {
  const zoneAt = text.indexOf('%');
  if (zoneAt !== -1 && zoneAt === text.length - 1) return false;
  const address = zoneAt === -1 ? text : text.slice(0, zoneAt);
  const [head = '', tail, ...more] = address.split('::');
  if (more.length > 0) return false;
  if (tail === undefined) return fieldsOf(head, true) === 8;
  const before = head === '' ? 0 : fieldsOf(head, false);
  const after = tail === '' ? 0 : fieldsOf(tail, true);
  return before !== undefined && after !== undefined && before + after <= 7;
}

/** How many 16-bit fields a run of groups stands for, undefined if it is malformed. */
function fieldsOf(run: string, mayEndInIpv4: boolean): number | undefined {
  const groups = run.split(':');
  const last = groups.at(-1) ?? '';
  if (mayEndInIpv4 && last.includes('.')) {
    const areHex = groups.slice(0, -1).every(isHexField);
    return areHex && isIpv4Address(last) ? groups.length + 1 : undefined;
  }
  return groups.every(isHexField) ? groups.length : undefined;
}

function isHexField(group: string): boolean {
  return /^[0-9a-fA-F]{1,4}$/.test(group);
}

function isIpv4Address(text: string): boolean {
  const octets = text.split('.');
  return octets.length === 4 && octets.every((octet) => /^(?:0|[1-9][0-9]{0,2})$/.test(octet) && Number(octet) <= 255);
}
