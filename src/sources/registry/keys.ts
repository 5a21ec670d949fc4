/**
 * Keys under which answers are remembered and requests are shared. They are made of everything that an answer may depend
 * on, credentials included, under a secret of this process: a key tells nothing, and equal keys mean equal requests.
 */
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { TlsSettings } from '../../core/registry/endpoint.ts';
import type { Exchange, PresentedPassword } from '../../core/registry/exchange.ts';

export type Keys = {
  readonly ofRequest: (exchange: Exchange) => string;
  /** Of what is asked and by whom, by whatever method. */
  readonly ofSubject: (exchange: Exchange) => string;
  /** Of all unauthenticated requests for a repository at an endpoint. */
  readonly ofRepository: (exchange: Exchange) => string;
  /** Of a password and who is to take it. */
  readonly ofPassword: (password: PresentedPassword) => string;
  /** Of a user, whatever the password. */
  readonly ofUser: (password: PresentedPassword) => string;
  /** Of who asks at an origin: nobody, or somebody with a login. */
  readonly ofAsker: (origin: string, loginKey: string | undefined) => string;
  /** Of what has a digest at an endpoint, whoever asks for it. */
  readonly ofContent: (exchange: Exchange) => string;
  readonly ofToken: (token: string) => string;
  readonly ofTls: (tls: TlsSettings) => string;
};

/** Thousands are kept: 16 bytes are enough that no two are equal by chance. */
const keyBytes = 16;

export function makeKeys(): Keys {
  // Of bytes Node would make a key again and again.
  const secret = createSecretKey(randomBytes(32));
  const sign = (kind: string, parts: readonly unknown[]): string =>
    createHmac('sha256', secret)
      .update(JSON.stringify([kind, ...parts]))
      .digest()
      .toString('latin1', 0, keyBytes);
  const ofTls = perObject((tls: TlsSettings) =>
    sign('tls', [tls.verifiesCertificate, tls.extraRoots ?? [], tls.clientCertificates]),
  );
  const subjectOf = (exchange: Exchange): readonly unknown[] => {
    const { scheme, host, httpFallback, tls } = exchange.endpoint;
    return [exchange.url, headersOf(exchange), exchange.body ?? '', scheme, host, httpFallback, ofTls(tls)];
  };
  return {
    ofRequest: perObject((exchange: Exchange) => {
      const { purpose, method, bodyLimit, digestAlgorithm } = exchange;
      const kind = [purpose, method, bodyLimit, digestAlgorithm ?? ''];
      return sign('request', [kind, subjectOf(exchange)]);
    }),
    ofSubject: (exchange) => sign('subject', subjectOf(exchange)),
    ofRepository: (exchange) => {
      const { scheme, host, path, ns, httpFallback, tls } = exchange.endpoint;
      const headers = headersOf(exchange).filter(([name]) => name !== 'accept');
      return sign('repository', [scheme, host, path, ns ?? '', httpFallback, ofTls(tls), exchange.repository, headers]);
    },
    ofPassword: ({ credentialKey, to }) => sign('password', [credentialKey, to]),
    ofUser: ({ userKey, to }) => sign('user', [userKey, to]),
    ofAsker: (origin, loginKey = '') => sign('asker', [origin, loginKey]),
    ofContent: ({ url, endpoint }) => {
      const { scheme, host, httpFallback, tls } = endpoint;
      return sign('content', [url, scheme, host, httpFallback, ofTls(tls)]);
    },
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
