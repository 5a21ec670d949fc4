/**
 * URLs as Go's `net/url.Parse` reads them (Go 1.26), which is not how browsers do: hosts keep their case and spelling,
 * ports are any digits, and a scheme without slashes makes the rest opaque. Only what is asked for is kept: query, fragment
 * and user are checked and dropped.
 */
import { parseIp } from './ip-address.ts';
import { decodeGoUtf8 } from './utf8.ts';

export type BaseUrl = {
  /** Lower case; empty where the text names none. */
  readonly scheme: string;
  /** With its port, brackets kept; empty where the text names none. */
  readonly host: string;
  /** Percent-decoded. */
  readonly path: string;
};

/** Undefined where Go reports an error. */
export function parseBaseUrl(text: string): BaseUrl | undefined {
  const [address, fragment] = cut(text, '#');
  if (/[\0-\x1f\x7f]/.test(address) || !isWellEscaped(fragment)) return undefined;
  const [scheme, afterScheme] = splitScheme(address) ?? [undefined, ''];
  if (scheme === undefined) return undefined;
  const [rest] = cut(afterScheme, '?');
  if (!rest.startsWith('/')) return scheme === '' ? relativeUrl(rest) : { scheme, host: '', path: '' };
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) return withPath(scheme, '', rest);
  const slash = rest.indexOf('/', 2);
  const host = parseAuthority(scheme, slash < 0 ? rest.slice(2) : rest.slice(2, slash));
  return host === undefined ? undefined : withPath(scheme, host, slash < 0 ? '' : rest.slice(slash));
}

/** `a:b/c` without a scheme would be taken for one. */
function relativeUrl(path: string): BaseUrl | undefined {
  return cut(path, '/')[0].includes(':') ? undefined : withPath('', '', path);
}

function withPath(scheme: string, host: string, escapedPath: string): BaseUrl | undefined {
  return isWellEscaped(escapedPath) ? { scheme, host, path: decodePercent(escapedPath) } : undefined;
}

/** Undefined for an empty scheme (`://host`). What cannot be a scheme is none. */
function splitScheme(text: string): readonly [scheme: string, rest: string] | undefined {
  if (text.startsWith(':')) return undefined;
  const scheme = /^([A-Za-z][A-Za-z\d+.-]*):/.exec(text)?.[1] ?? '';
  return [scheme.toLowerCase(), scheme === '' ? text : text.slice(scheme.length + 1)];
}

function parseAuthority(scheme: string, authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  const user = authority.slice(0, Math.max(at, 0));
  if (!/^[\w\-.:~!$&'()*+,;=%@]*$/.test(user) || !isWellEscaped(user)) return undefined;
  const host = authority.slice(at + 1);
  return host.includes('[') ? parseIpLiteral(host) : parseHostName(scheme, host);
}

function parseHostName(scheme: string, host: string): string | undefined {
  // Of http and https every colon but one is refused; other schemes may list hosts with ports (mongodb).
  const colon = scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':');
  return colon >= 0 && !isOptionalPort(host.slice(colon)) ? undefined : decodeHost(host);
}

/** `[address]`, `[address]:port`, `[address%25zone]`; RFC 3986 section 3.2.2, RFC 6874. */
function parseIpLiteral(host: string): string | undefined {
  const end = host.lastIndexOf(']');
  if (host.lastIndexOf('[') !== 0 || end < 0 || !isOptionalPort(host.slice(end + 1))) return undefined;
  const [address, zone] = cut(host.slice(1, end), '%25');
  if (!address.includes(':') || parseIp(address) === undefined) return undefined;
  const hasZone = host.includes('%25');
  if (!hasZone) return host;
  const isZone = zone !== '' && isWellEscaped(zone) && zoneCharacters.test(decodePercent(zone));
  return isZone ? `[${address}%${decodePercent(zone)}]${host.slice(end + 1)}` : undefined;
}

const hostCharacters = /^[A-Za-z\d\-_.~!$&'()*+,;=:[\]<>"\u{80}-\u{10ffff}]*$/u;
const zoneCharacters = /^[A-Za-z\d\-_.~!$&'()*+,;=:[\]<>" %\u{80}-\u{10ffff}]*$/u;

/** Of a host only bytes beyond ASCII may be percent-encoded. */
function decodeHost(host: string): string | undefined {
  if (!isWellEscaped(host) || /%(?!25)[0-7]/.test(host)) return undefined;
  return hostCharacters.test(host.replaceAll(/%[\dA-Fa-f]{2}/g, '')) ? decodePercent(host) : undefined;
}

function isOptionalPort(text: string): boolean {
  return /^(?::\d*)?$/.test(text);
}

function isWellEscaped(text: string): boolean {
  return !/%(?![\dA-Fa-f]{2})/.test(text);
}

function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (const [index, part] of text.split('%').entries()) {
    if (index > 0) bytes.push(Number.parseInt(part.slice(0, 2), 16));
    for (const byte of new TextEncoder().encode(index > 0 ? part.slice(2) : part)) bytes.push(byte);
  }
  return decodeGoUtf8(Uint8Array.from(bytes));
}

function cut(text: string, separator: string): readonly [before: string, after: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
