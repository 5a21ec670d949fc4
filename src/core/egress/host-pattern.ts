/**
 * Hosts as the configuration lists them (`egress.allow`, `egress.deny`, `egress.trustedTokenServers`): CIDR blocks,
 * addresses and host names, each with or without a port. What a listing means is decided elsewhere.
 */
import { type AddressRange, containsAddress, parseAddressRange } from './address-range.ts';

export type HostPattern = {
  readonly host:
    | { readonly kind: 'range'; readonly range: AddressRange }
    /** In lower case, without the dot that ends a full name. */
    | { readonly kind: 'name'; readonly name: string }
    /** `*.example.com`: every name below it at any depth, not the name itself. */
    | { readonly kind: 'names-below'; readonly suffix: string };
  /** Every port, if absent. */
  readonly port?: number;
};
export type ParsedHostPattern =
  | { readonly ok: true; readonly pattern: HostPattern }
  | { readonly ok: false; readonly error: string };

/**
 * `10.0.0.0/8`, `10.0.0.0/8:5000`, `10.1.2.3`, `10.1.2.3:5000`, `fd00::/8`, `fd00::1`, `[fd00::1]:5000`, `[fd00::/8]:5000`,
 * `registry.example.com`, `registry.example.com:5000`, `*.example.com`. Errors are sentences that name the text.
 */
export function parseHostPattern(text: string): ParsedHostPattern {
  const failed = (problem: string): ParsedHostPattern => ({ ok: false, error: `${quote(text)} ${problem}` });
  if (text === '') return { ok: false, error: 'a host must not be empty' };
  if (text.includes('://')) return failed('is a URL; write its host alone, such as registry.example.com:5000.');
  if (!/^[!-~]*$/.test(text))
    return failed(
      'contains characters that are not allowed in a host; write international names in ASCII form (xn--…).',
    );
  const parts = splitPort(text);
  if (parts === undefined) return failed('has a port that is not a number from 1 to 65535.');
  const { host, port } = parts;
  const listed = (pattern: HostPattern['host']): ParsedHostPattern => ({
    ok: true,
    pattern: { host: pattern, ...(port !== undefined && { port }) },
  });
  if (host.includes('/') || host.includes(':') || isNumeric(host)) {
    const range = parseAddressRange(host);
    return range.ok ? listed({ kind: 'range', range: range.range }) : failed(`${range.error}.`);
  }
  const name = host.toLowerCase().replace(/\.$/, '');
  const suffix = name.startsWith('*.') ? name.slice(2) : undefined;
  if ((suffix ?? name).includes('*')) return failed('may have * only as its first label, as in *.example.com.');
  if (!isName(suffix ?? name)) return failed('is neither an address nor a host name.');
  return listed(suffix === undefined ? { kind: 'name', name } : { kind: 'names-below', suffix });
}

/** A host that is about to be asked. */
export type AskedHost = {
  /** Without port and brackets. */
  readonly name: string;
  readonly port: number;
};

/** The pattern is of a name, and lists this one. */
export function listsName(pattern: HostPattern, { name, port }: AskedHost): boolean {
  if (pattern.port !== undefined && pattern.port !== port) return false;
  const asked = name.toLowerCase().replace(/\.$/, '');
  switch (pattern.host.kind) {
    case 'name':
      return asked === pattern.host.name;
    case 'names-below':
      return asked.endsWith(`.${pattern.host.suffix}`);
    case 'range':
      return false;
  }
}

/** The pattern is of addresses, and lists this one. */
export function listsAddress(pattern: HostPattern, ip: Uint8Array, port: number): boolean {
  if (pattern.port !== undefined && pattern.port !== port) return false;
  return pattern.host.kind === 'range' && containsAddress(pattern.host.range, ip);
}

/** Undefined where the port is none. A second colon outside of brackets belongs to an IPv6 address. */
function splitPort(text: string): { readonly host: string; readonly port?: number } | undefined {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  const simple = /^([^:]*)(?::([^:]*))?$/.exec(text);
  const [, host, port] = bracketed ?? simple ?? [];
  if (host === undefined) return { host: text };
  if (port === undefined) return { host };
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  return number >= 1 && number <= 65_535 ? { host, port: number } : undefined;
}

/** The URL Standard's "ends in a number": what some resolver may take for an address must be one. */
function isNumeric(host: string): boolean {
  const last = host.replace(/\.$/, '').split('.').at(-1) ?? '';
  return /^(?:\d+|0x[\da-f]*)$/i.test(last);
}

/** Underscores are not in RFC 1123, but in names that resolve. */
function isName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?$/.test(label));
}

function quote(text: string): string {
  return `"${text.length > 80 ? `${text.slice(0, 79)}…` : text}"`;
}
