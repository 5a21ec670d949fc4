/**
 * Keys under which answers are remembered and requests are shared. They are made of everything that an answer may depend
 * on, credentials included, under a secret of this process: a key tells nothing, and equal keys mean equal requests.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { TlsSettings } from '../../core/registry/endpoint.ts';
import type { Exchange } from '../../core/registry/exchange.ts';

export type Keys = {
  readonly ofRequest: (exchange: Exchange) => string;
  /** Of what the registry sees of a request: who asks it alike is answered alike, whatever we would accept of the connection. */
  readonly ofWords: (exchange: Exchange) => string;
  /** The same for a request and its second look, which may have another method. */
  readonly ofSubject: (exchange: Exchange) => string;
  /** Of all unauthenticated requests for a repository at an endpoint. */
  readonly ofRepository: (exchange: Exchange) => string;
  readonly ofPassword: (password: {
    readonly credentialKey: string;
    readonly to: string;
    readonly form: 'oauth' | 'basic';
  }) => string;
  /** Of who asks at an origin: nobody, or somebody with a login. */
  readonly ofAsker: (origin: string, loginKey: string | undefined) => string;
  readonly ofToken: (token: string) => string;
  readonly ofTls: (tls: TlsSettings) => string;
};

export function makeKeys(): Keys {
  const secret = randomBytes(32);
  const sign = (kind: string, parts: readonly unknown[]): string =>
    createHmac('sha256', secret)
      .update(JSON.stringify([kind, ...parts]))
      .digest('base64url');
  const ofTls = perObject((tls: TlsSettings) =>
    sign('tls', [tls.verifiesCertificate, tls.extraRoots ?? [], tls.clientCertificates]),
  );
  const subjectOf = (exchange: Exchange): readonly unknown[] => {
    const { scheme, host, httpFallback, tls } = exchange.endpoint;
    return [exchange.url, headersOf(exchange), exchange.body ?? '', scheme, host, httpFallback, ofTls(tls)];
  };
  return {
    ofRequest: perObject((exchange: Exchange) => {
      const { purpose, method, bodyLimit, digestAlgorithm, secondLook } = exchange;
      const kind = [purpose, method, bodyLimit, digestAlgorithm ?? '', secondLook !== undefined];
      return sign('request', [kind, subjectOf(exchange)]);
    }),
    ofWords: (exchange) =>
      sign('words', [
        exchange.secondLook !== undefined,
        exchange.method,
        exchange.url,
        headersOf(exchange),
        exchange.body ?? '',
      ]),
    ofSubject: (exchange) => sign('subject', subjectOf(exchange)),
    ofRepository: (exchange) => {
      const { scheme, host, path, ns, httpFallback, tls } = exchange.endpoint;
      const headers = headersOf(exchange).filter(([name]) => name !== 'accept');
      return sign('repository', [scheme, host, path, ns ?? '', httpFallback, ofTls(tls), exchange.repository, headers]);
    },
    ofPassword: ({ credentialKey, to, form }) => sign('password', [credentialKey, to, form]),
    ofAsker: (origin, loginKey = '') => sign('asker', [origin, loginKey]),
    ofToken: (token) => sign('token', [token]),
    ofTls,
  };
}

function headersOf({ headers }: Exchange): readonly (readonly [name: string, value: string])[] {
  return Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : Number(one > other)));
}

function perObject<Value extends object>(keyOf: (value: Value) => string): (value: Value) => string {
  const keys = new WeakMap<Value, string>();
  return (value) => {
    const key = keys.get(value) ?? keyOf(value);
    keys.set(value, key);
    return key;
  };
}
