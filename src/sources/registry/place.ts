import type { Origin, OwnOrigin } from '../../core/egress/origin.ts';
import { isOwnOrigin, mayBeAsked } from '../../core/egress/origin.ts';
import type { Endpoint, TlsSettings } from '../../core/registry/endpoint.ts';
import type { Exchange } from '../../core/registry/exchange.ts';

/** Where the URL of an exchange leads, and how TLS is spoken there. */
export type Place = Origin & {
  readonly scheme: 'http' | 'https';
  /** As in `https://host:port`, the port left out where the scheme implies it. */
  readonly origin: string;
  /** Without brackets and port. */
  readonly name: string;
  readonly port: number;
  /** With its query. */
  readonly path: string;
  readonly tls: TlsSettings;
  /** The registry whose answer names this host, where that is not its own. */
  readonly ledBy?: Origin & { readonly name: string };
};

/**
 * Undefined for what is never asked: texts that are no URL, other schemes, user names in URLs, plain HTTP where the
 * configuration does not speak of it. Client certificates are only for the endpoint that they were configured for.
 */
export function placeOf(exchange: Exchange): Place | undefined {
  // What other parsers of URLs would pass over or read as something else: blanks, line breaks, backslashes.
  if (!/^[!-[\]-~]*$/.test(exchange.url)) return undefined;
  const url = parseUrl(exchange.url);
  const scheme = url?.protocol.slice(0, -1);
  if (url === undefined || (scheme !== 'http' && scheme !== 'https') || hasUserInfo(url)) return undefined;
  const origin = { scheme, host: url.host };
  const own = ownOriginOf(exchange.endpoint);
  if (!mayBeAsked(origin, own)) return undefined;
  const { tls } = exchange.endpoint;
  const ownName = nameIn(parseUrl(`${own.scheme}://${own.host}`) ?? url);
  return {
    ...origin,
    scheme,
    origin: url.origin,
    name: nameIn(url),
    port: url.port === '' ? { http: 80, https: 443 }[scheme] : Number(url.port),
    path: url.pathname + url.search,
    tls: isOwnOrigin(origin, own) ? tls : { ...tls, clientCertificates: [] },
    ...(nameIn(url) !== ownName && { ledBy: { scheme: own.scheme, host: own.host, name: ownName } }),
  };
}

function nameIn({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** The endpoint's host as it is spelled in URLs once they are parsed: `[0::1]` is `[::1]` there. */
export function ownOriginOf({ scheme, host, httpFallback }: Endpoint): OwnOrigin {
  return { scheme, host: parseUrl(`${scheme}://${host}`)?.host ?? host, httpFallback };
}

export function parseUrl(text: string, base?: string): URL | undefined {
  return URL.parse(text, base) ?? undefined;
}

export function hasUserInfo({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}
