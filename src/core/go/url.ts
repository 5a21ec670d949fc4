import type { ByteString } from './byte-string.ts';
import { isIpv6Address } from './ip.ts';

/**
 * Go 1.26's net/url and net.SplitHostPort, as far as they decide what the key of a registry credential names.
 * A browser's URL lower-cases hosts, drops default ports, resolves dots and encodes paths; Go does none of it.
 */

export type ParsedHttpUrl =
  /** Host with its port, and path, both percent-decoded. Scheme, user information, query and fragment are dropped. */
  | { readonly ok: true; readonly host: ByteString; readonly path: ByteString }
  /** Which part Go refuses; never its text, which may hold a password. */
  | { readonly ok: false; readonly fault: UrlFault };
export type UrlFault = 'control character' | 'escape' | 'user information' | 'host' | 'IP literal' | 'port';

/** Parses what follows `http://` or `https://`. */
export function parseAfterHttpScheme(text: ByteString): ParsedHttpUrl {
  const [url, fragment] = cut(text, '#');
  if (/[\0-\x1f\x7f]/.test(url)) return refused('control character');
  const [withoutQuery] = cut(url, '?');
  const slash = withoutQuery.indexOf('/');
  const authority = slash === -1 ? withoutQuery : withoutQuery.slice(0, slash);
  const at = authority.lastIndexOf('@');
  const host = parseHost(authority.slice(at + 1));
  if (!host.ok) return refused(host.fault);
  if (at !== -1) {
    const userInformation = authority.slice(0, at);
    if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userInformation)) return refused('user information');
    if (percentDecoded(userInformation) === undefined) return refused('escape');
  }
  const path = slash === -1 ? '' : percentDecoded(withoutQuery.slice(slash));
  if (path === undefined || percentDecoded(fragment) === undefined) return refused('escape');
  return { ok: true, host: host.host, path };
}

/**
 * Go's net.SplitHostPort; without a port that can be told apart the whole text is the host. Brackets go only together with a port.
 */
export function splitHostPort(hostPort: ByteString): { readonly host: ByteString; readonly port: ByteString } {
  const whole = { host: hostPort, port: '' };
  const colon = hostPort.lastIndexOf(':');
  if (colon === -1) return whole;
  const port = hostPort.slice(colon + 1);
  if (hostPort.startsWith('[')) {
    const end = hostPort.indexOf(']');
    const host = hostPort.slice(1, end);
    return end + 1 !== colon || host.includes('[') || /[[\]]/.test(port) ? whole : { host, port };
  }
  const host = hostPort.slice(0, colon);
  return host.includes(':') || /[[\]]/.test(hostPort) ? whole : { host, port };
}

type ParsedHost = { readonly ok: true; readonly host: ByteString } | { readonly ok: false; readonly fault: UrlFault };

function parseHost(text: ByteString): ParsedHost {
  const bracket = text.lastIndexOf('[');
  if (bracket === 0) return parseIpLiteral(text);
  if (bracket > 0) return { ok: false, fault: 'IP literal' };
  const colon = text.indexOf(':');
  if (colon !== -1 && !isOptionalPort(text.slice(colon))) return { ok: false, fault: 'port' };
  const host = unescapeHost(text);
  return host === undefined ? { ok: false, fault: 'host' } : { ok: true, host };
}

function parseIpLiteral(text: ByteString): ParsedHost {
  const end = text.lastIndexOf(']');
  if (end === -1) return { ok: false, fault: 'IP literal' };
  const port = text.slice(end + 1);
  if (!isOptionalPort(port)) return { ok: false, fault: 'port' };
  const literal = text.slice(1, end);
  const zoneAt = literal.indexOf('%25');
  const address = unescapeHost(zoneAt === -1 ? literal : literal.slice(0, zoneAt));
  const zone = zoneAt === -1 ? '' : unescapeZone(literal.slice(zoneAt));
  if (address === undefined || zone === undefined) return { ok: false, fault: 'host' };
  return isIpv6Address(address + zone)
    ? { ok: true, host: `[${address}${zone}]${port}` }
    : { ok: false, fault: 'IP literal' };
}

function isOptionalPort(text: ByteString): boolean {
  return text === '' || /^:[0-9]*$/.test(text);
}

/** Characters of a host that need no escape; those beyond ASCII pass as well. */
const hostCharacters = /^[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"%\x80-\xff]*$/;

/** In a host only bytes beyond ASCII may be escaped, and the percent sign. */
function unescapeHost(text: ByteString): ByteString | undefined {
  return hostCharacters.test(text) && !/%(?!25)[0-7][0-9a-fA-F]/.test(text) ? percentDecoded(text) : undefined;
}

/** In a zone also bytes that a host may hold unescaped, and the blank. */
function unescapeZone(text: ByteString): ByteString | undefined {
  if (!hostCharacters.test(text)) return undefined;
  const escapes = text.match(/%[0-9a-fA-F]{2}/g) ?? [];
  const areAllowed = escapes.every((coded) => coded === '%25' || coded === '%20' || isHostByte(byteOf(coded)));
  return areAllowed ? percentDecoded(text) : undefined;
}

function isHostByte(byte: string): boolean {
  return byte !== '%' && byte < '\x80' && hostCharacters.test(byte);
}

/** Undefined if a `%` is not followed by two hexadecimal digits. */
function percentDecoded(text: ByteString): ByteString | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  return text.replaceAll(/%[0-9a-fA-F]{2}/g, byteOf);
}

function byteOf(coded: string): string {
  return String.fromCharCode(Number.parseInt(coded.slice(1), 16));
}

function cut(text: string, separator: string): readonly [before: string, after: string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function refused(fault: UrlFault): ParsedHttpUrl {
  return { ok: false, fault };
}
