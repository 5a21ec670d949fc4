/**
 * Registries on the node itself. containerd and we mean different things by it: containerd picks a scheme by the spelling,
 * we must not take our own loopback for that of a node.
 */
import { splitHostPort } from '../go/host-port.ts';
import { isLoopbackIp, parseIp, unmapped } from '../go/ip-address.ts';

/**
 * containerd speaks plain HTTP with this host, or does not verify its certificate (core/remotes/docker/resolver.go,
 * IsLocalhost). `[::1]` counts only with a port, names only in lower case.
 */
export function isLoopbackHost(host: string): boolean {
  const name = splitHostPort(host)?.host ?? host;
  const ip = parseIp(name);
  return name === 'localhost' || (ip !== undefined && isLoopbackIp(ip));
}

/**
 * A node that pulls from this registry asks itself, so we have nothing to ask (contract §2, registry-not-examined). Wider
 * than `isLoopbackHost`: every case and number form that some resolver takes for loopback counts, and the unspecified
 * address, which Linux connects to itself. Other addresses that lead here (NAT64, 6to4) are refused when dialled.
 */
export function isLoopbackReference(registry: string): boolean {
  const known = loopback.get(registry);
  if (known !== undefined) return known;
  if (loopback.size >= mostKnown) loopback.clear();
  const isLoopback = leadsToNode(registry);
  loopback.set(registry, isLoopback);
  return isLoopback;
}

/** Thousands of images come from a few registries. */
const loopback = new Map<string, boolean>();
const mostKnown = 1_000;

function leadsToNode(registry: string): boolean {
  const host = hostNameOf(registry).toLowerCase();
  return isLocalhostName(host) || isOwnIp(parseIp(host)) || isOwnIp(parseNumericIpv4(host));
}

/** Without port, brackets, and the dot that ends a full name. */
function hostNameOf(registry: string): string {
  if (parseIp(registry) !== undefined) return registry;
  const host = registry.replace(/:\d*$/, '');
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host.replace(/\.$/, '');
}

/** RFC 6761 section 6.3, and the names that nss-myhostname adds. */
function isLocalhostName(name: string): boolean {
  return ['localhost', 'localhost.localdomain'].some((own) => name === own || name.endsWith(`.${own}`));
}

function isOwnIp(ip: Uint8Array | undefined): boolean {
  return ip !== undefined && (isLoopbackIp(ip) || unmapped(ip).every((byte) => byte === 0));
}

/**
 * The spellings of `inet_aton`, which the C library still resolves: one to four numbers in decimal, octal or hexadecimal, of
 * which the last fills all bytes that are left (`127.1`, `0x7f000001`, `2130706433`, `0177.0.0.1`).
 */
function parseNumericIpv4(text: string): Uint8Array | undefined {
  const numbers = text.split('.', 5).map(parseNumber);
  const last = numbers.pop();
  const bytesLeft = 4 - numbers.length;
  if (last === undefined || bytesLeft < 1 || last >= 256 ** bytesLeft) return undefined;
  const bytes = new Uint8Array(4);
  for (const [index, number] of numbers.entries()) {
    if (number === undefined || number > 255) return undefined;
    bytes[index] = number;
  }
  for (let index = 0; index < bytesLeft; index += 1) bytes[3 - index] = Math.floor(last / 256 ** index) % 256;
  return bytes;
}

function parseNumber(text: string): number | undefined {
  if (/^0x[\da-f]{0,16}$/.test(text)) return text.length === 2 ? 0 : Number.parseInt(text, 16);
  if (/^0[0-7]{0,20}$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d{0,15}$/.test(text) ? Number(text) : undefined;
}
