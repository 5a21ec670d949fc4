/**
 * The proxy through which registries are asked, and for which of them. `noProxy` means what NO_PROXY means to Go programs
 * such as containerd and kubectl (golang.org/x/net/http/httpproxy): a name stands for itself and all names below it, one with
 * a leading dot for those below alone; blocks of addresses match hosts that are written as addresses.
 */
import { parseIp, unmapped } from '../go/ip-address.ts';
import { type AddressRange, containsAddress, parseAddressRange } from './address-range.ts';

export type ProxyServer = {
  readonly scheme: 'http' | 'https';
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  readonly login?: { readonly user: string; readonly password: string };
};

export type NoProxy = {
  readonly host:
    | { readonly kind: 'all' }
    | { readonly kind: 'range'; readonly range: AddressRange }
    /** In lower case. */
    | { readonly kind: 'name' | 'names-below'; readonly name: string };
  /** Every port, if absent. */
  readonly port?: number;
};

export type ProxyRules = {
  readonly https?: ProxyServer;
  readonly http?: ProxyServer;
  readonly noProxy: readonly NoProxy[];
};

export const noProxies: ProxyRules = { noProxy: [] };

type Parsed<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: string };

/** `http://proxy.example.com:3128`, also without the scheme, as curl and Go take it. */
export function parseProxyServer(text: string): Parsed<ProxyServer> {
  const parts = /^(?:([A-Za-z][A-Za-z\d+.-]*):\/\/)?(?:([^@/]*)@)?(\[[^\]@/]*\]|[^:@/[\]]+)(?::(\d{1,5}))?\/?$/.exec(
    text,
  );
  if (parts === null) return failed('is not the address of a proxy; write one such as http://proxy.example.com:3128');
  const [, written = 'http', userInfo, host = '', port] = parts;
  const scheme = written.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https')
    return failed('has a scheme that is not supported; write http:// or https://');
  const number = port === undefined ? { http: 80, https: 443 }[scheme] : Number(port);
  if (number < 1 || number > 65_535) return failed('has a port that is not a number from 1 to 65535');
  const login = userInfo === undefined ? undefined : loginOf(userInfo);
  if (userInfo !== undefined && login === undefined)
    return failed('has a user or password that is not percent-encoded');
  return {
    ok: true,
    value: { scheme, host: host.replace(/^\[|\]$/g, ''), port: number, ...(login && { login }) },
  };
}

function failed(problem: string): Parsed<never> {
  return { ok: false, problem };
}

function loginOf(userInfo: string): ProxyServer['login'] | undefined {
  const colon = userInfo.indexOf(':');
  try {
    const user = decodeURIComponent(colon < 0 ? userInfo : userInfo.slice(0, colon));
    return { user, password: colon < 0 ? '' : decodeURIComponent(userInfo.slice(colon + 1)) };
  } catch {
    return undefined;
  }
}

/** One entry. */
export function parseNoProxy(text: string): Parsed<NoProxy> {
  if (text === '*') return { ok: true, value: { host: { kind: 'all' } } };
  const whole = parseAddressRange(text);
  if (whole.ok) return { ok: true, value: { host: { kind: 'range', range: whole.range } } };
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const withPort = port === undefined ? {} : { port: Number(port) };
  const range = parseAddressRange(bracketed ?? plain);
  if (range.ok) return { ok: true, value: { host: { kind: 'range', range: range.range }, ...withPort } };
  const name = plain
    .toLowerCase()
    .replace(/^\*(?=\.)/, '')
    .replace(/\.$/, '');
  if (!/^\.?[a-z\d_-]+(?:\.[a-z\d_-]+)*$/.test(name))
    return failed('is not a name, address or block of addresses; write one such as .svc or 10.0.0.0/8');
  const host = name.startsWith('.')
    ? ({ kind: 'names-below', name: name.slice(1) } as const)
    : ({ kind: 'name', name } as const);
  return { ok: true, value: { host, ...withPort } };
}

type Asked = { readonly scheme: 'http' | 'https'; readonly name: string; readonly port: number };

/** Undefined where the host is asked without one. This machine is never asked through a proxy. */
export function proxyFor({ scheme, name, port }: Asked, rules: ProxyRules): ProxyServer | undefined {
  const host = name.toLowerCase().replace(/\.$/, '');
  const written = parseIp(host);
  const ip = written && unmapped(written);
  const isHere = ip === undefined ? host === 'localhost' : isLoopback(ip);
  return isHere || rules.noProxy.some((entry) => lists(entry, host, ip, port)) ? undefined : rules[scheme];
}

function isLoopback(ip: Uint8Array): boolean {
  return ip.length === 4 ? ip[0] === 127 : ip.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

function lists({ host, port }: NoProxy, name: string, ip: Uint8Array | undefined, asked: number): boolean {
  if (port !== undefined && port !== asked) return false;
  switch (host.kind) {
    case 'all':
      return true;
    case 'range':
      return ip !== undefined && containsAddress(host.range, ip);
    case 'name':
      return name === host.name || name.endsWith(`.${host.name}`);
    case 'names-below':
      return name.endsWith(`.${host.name}`);
  }
}
