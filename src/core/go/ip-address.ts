/**
 * IP addresses as Go's `net/netip` reads them: an IPv4 octet has no leading zero, an IPv6 address may end in a dotted
 * IPv4 address. The answer has 4 or 16 bytes. Zones are for the caller to split off.
 */
export function parseIp(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/** `net.IP.IsLoopback`: 127.0.0.0/8, also mapped into IPv6 (::ffff:127.0.0.1), and ::1. */
export function isLoopbackIp(ip: Uint8Array): boolean {
  const ipv4 = unmapped(ip);
  return ipv4.length === 4 ? ipv4[0] === 127 : ipv4.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

/** An IPv4 address that is mapped into IPv6 (RFC 4291 section 2.5.5.2) as IPv4; every other address as it is. */
export function unmapped(ip: Uint8Array): Uint8Array {
  const isMapped = ip.length === 16 && ip.subarray(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 0xff));
  return isMapped ? ip.subarray(12) : ip;
}

function parseIpv4(text: string): Uint8Array | undefined {
  const octets = text.split('.', 5);
  if (octets.length !== 4 || !octets.every((octet) => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255))
    return undefined;
  return Uint8Array.from(octets, Number);
}

function parseIpv6(text: string): Uint8Array | undefined {
  const gap = text.indexOf('::');
  if (gap < 0) return withLength(16, groupsOf(text, true));
  const before = gap === 0 ? [] : groupsOf(text.slice(0, gap), false);
  const after = gap + 2 === text.length ? [] : groupsOf(text.slice(gap + 2), true);
  // The gap stands for at least one group of zeros.
  if (before === undefined || after === undefined || before.length + after.length > 14) return undefined;
  return Uint8Array.from([...before, ...Array<number>(16 - before.length - after.length).fill(0), ...after]);
}

function groupsOf(text: string, mayEndInIpv4: boolean): readonly number[] | undefined {
  const groups = text.split(':', 9);
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const ipv4 = mayEndInIpv4 && index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (ipv4 !== undefined) bytes.push(...ipv4);
    else if (/^[\da-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return bytes;
}

function withLength(length: number, bytes: readonly number[] | undefined): Uint8Array | undefined {
  return bytes?.length === length ? Uint8Array.from(bytes) : undefined;
}
