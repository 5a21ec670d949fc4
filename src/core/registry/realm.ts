import { parseBaseUrl } from '../go/base-url.ts';
import { encodeQuery, parseQuery, type QueryPair } from '../go/query.ts';

/** Where a registry sends its clients for a token. */
export type Realm = {
  readonly scheme: 'http' | 'https';
  /** With its port, as it was spelled. */
  readonly host: string;
  readonly hasUserInfo: boolean;
  /** As it is requested: scheme, authority and path, the query of its own behind it. */
  readonly url: string;
};

export type ParsedRealm =
  | { readonly ok: true; readonly realm: Realm }
  /** containerd gives up, too (auth/fetch.go, GenerateTokenOptions, and net/http on schemes that it does not speak). */
  | { readonly ok: false; readonly error: string };

/** A realm is a URL as Go reads it: a relative one, or one of another scheme, cannot be asked. */
export function parseRealm(text: string): ParsedRealm {
  const parsed = parseBaseUrl(text);
  if (parsed === undefined) return { ok: false, error: 'invalid token auth challenge realm' };
  const { scheme, host } = parsed;
  if (scheme !== 'http' && scheme !== 'https')
    return { ok: false, error: `unsupported protocol scheme ${JSON.stringify(scheme)}` };
  if (host === '') return { ok: false, error: 'no Host in request URL' };
  return { ok: true, realm: { scheme, host, hasUserInfo: hasUserInfo(text), url: escapeBeyondAscii(text) } };
}

/** The realm with more parameters in its query, all of them sorted as Go does; a fragment is not sent. */
export function withQuery({ url }: Realm, pairs: readonly QueryPair[]): string {
  const [address = '', query = ''] = (url.split('#', 1)[0] ?? '').split(/\?([\s\S]*)/);
  return `${address}?${encodeQuery([...parseQuery(query), ...pairs])}`;
}

function hasUserInfo(text: string): boolean {
  return (/^[^:]*:\/\/([^/?#]*)/.exec(text)?.[1] ?? '').includes('@');
}

function escapeBeyondAscii(text: string): string {
  return text.replaceAll(/[^!-~]/gu, (character) =>
    Array.from(
      new TextEncoder().encode(character),
      (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    ).join(''),
  );
}
