/** Blocks of IP addresses, and the addresses that stand inside another one. */
import { parseIp, unmapped } from '../go/ip-address.ts';

export type AddressRange = {
  /** 4 or 16 bytes; those beyond the prefix are zero. */
  readonly address: Uint8Array;
  /** In bits. */
  readonly prefixLength: number;
};
export type ParsedAddressRange =
  | { readonly ok: true; readonly range: AddressRange }
  | { readonly ok: false; readonly error: string };

/** An address, or an address and the length of its prefix. IPv4 that is mapped into IPv6 is IPv4. */
export function parseAddressRange(text: string): ParsedAddressRange {
  const slash = text.indexOf('/');
  const written = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (written === undefined) return { ok: false, error: 'is not an IP address' };
  const address = unmapped(written);
  const bits = address.length * 8;
  if (slash < 0) return { ok: true, range: { address, prefixLength: bits } };
  const mappedBits = written.length * 8 - bits;
  const prefixLength = parsePrefixLength(text.slice(slash + 1)) - mappedBits;
  if (!(prefixLength >= 0 && prefixLength <= bits))
    return { ok: false, error: `has no prefix length between ${mappedBits} and ${written.length * 8}` };
  if (bitsBeyond(prefixLength, address)) return { ok: false, error: 'has bits set beyond its prefix' };
  return { ok: true, range: { address, prefixLength } };
}

/** IPv4 and IPv6 never contain each other; mapped addresses are for the caller to unmap. */
export function containsAddress({ address, prefixLength }: AddressRange, ip: Uint8Array): boolean {
  if (ip.length !== address.length) return false;
  const difference = ip.map((byte, index) => byte ^ (address[index] ?? 0));
  return !bitsWithin(prefixLength, difference);
}

/**
 * The address, and those that a gateway or a kernel may make of it: mapped (RFC 4291), IPv4-compatible (RFC 4291), NAT64
 * (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380, whose client address is inverted) and ISATAP (RFC 5214).
 */
export function formsOf(ip: Uint8Array): readonly Uint8Array[] {
  const address = unmapped(ip);
  if (address.length === 4) return [address];
  // `::` and `::1` look as if they were IPv4-compatible.
  if (startsWith(address, 0, zeros(14))) return [address];
  const embedded = embeddings
    .filter(({ prefix, interfacePrefix }) => startsWith(address, 0, prefix) && startsWith(address, 8, interfacePrefix))
    .map(({ at, inverted }) => address.slice(at, at + 4).map((byte) => (inverted ? byte ^ 0xff : byte)));
  return [address, ...embedded];
}

type EmbeddedAddress = {
  readonly prefix: readonly number[];
  readonly interfacePrefix: readonly number[];
  readonly at: number;
  readonly inverted: boolean;
};

const zeros = (count: number): readonly number[] => Array<number>(count).fill(0);

const embeddings: readonly EmbeddedAddress[] = [
  { prefix: zeros(12), interfacePrefix: [], at: 12, inverted: false },
  { prefix: [0x00, 0x64, 0xff, 0x9b, ...zeros(8)], interfacePrefix: [], at: 12, inverted: false },
  { prefix: [0x00, 0x64, 0xff, 0x9b, 0x00, 0x01], interfacePrefix: [], at: 12, inverted: false },
  { prefix: [0x20, 0x02], interfacePrefix: [], at: 2, inverted: false },
  { prefix: [0x20, 0x01, 0x00, 0x00], interfacePrefix: [], at: 4, inverted: false },
  { prefix: [0x20, 0x01, 0x00, 0x00], interfacePrefix: [], at: 12, inverted: true },
  { prefix: [], interfacePrefix: [0x00, 0x00, 0x5e, 0xfe], at: 12, inverted: false },
  { prefix: [], interfacePrefix: [0x02, 0x00, 0x5e, 0xfe], at: 12, inverted: false },
];

function startsWith(bytes: Uint8Array, at: number, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[at + index] === byte);
}

function parsePrefixLength(text: string): number {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) ? Number(text) : Number.NaN;
}

function bitsWithin(prefixLength: number, bytes: Uint8Array): boolean {
  return bytes.some((byte, index) => (byte & maskOf(prefixLength, index)) !== 0);
}

function bitsBeyond(prefixLength: number, bytes: Uint8Array): boolean {
  return bytes.some((byte, index) => (byte & ~maskOf(prefixLength, index) & 0xff) !== 0);
}

/** The bits of one byte that belong to the prefix. */
function maskOf(prefixLength: number, index: number): number {
  const bits = Math.min(Math.max(prefixLength - index * 8, 0), 8);
  return (0xff << (8 - bits)) & 0xff;
}
