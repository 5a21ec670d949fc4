import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { LRUCache } from 'lru-cache';
import type { TlsSettings } from '../../core/registry/endpoint.ts';

/** Undefined where the certificates of the settings cannot be used: no key for a certificate, for one. */
export type ContextOf = (tls: TlsSettings) => SecureContext | undefined;

/**
 * Contexts are kept, because each one parses all roots, which takes longer than a handshake.
 *
 * @param extraRoots PEM, trusted wherever a registry is asked: those of a proxy that ends TLS, for one
 */
export function openSecureContexts(
  identityOf: (tls: TlsSettings) => string,
  extraRoots: readonly string[] = [],
): ContextOf {
  const contexts = new LRUCache<string, { readonly context: SecureContext | undefined }>({ max: 64 });
  let roots: readonly string[] | undefined;
  return (tls) => {
    const identity = identityOf(tls);
    const known = contexts.get(identity);
    if (known !== undefined) return known.context;
    // Nodes trust the roots of their system. Node's own list is there for images that have none.
    roots ??= [...new Set([...getCACertificates('system'), ...getCACertificates('default'), ...extraRoots])];
    const context = createContext(tls, roots);
    contexts.set(identity, { context });
    return context;
  };
}

function createContext(tls: TlsSettings, roots: readonly string[]): SecureContext | undefined {
  try {
    return createSecureContext({
      minVersion: 'TLSv1.2',
      ...(tls.verifiesCertificate && { ca: [...roots, ...(tls.extraRoots ?? [])] }),
      cert: tls.clientCertificates.map(({ certificates }) => certificates),
      key: tls.clientCertificates.map(({ privateKey }) => privateKey),
    });
  } catch {
    return undefined;
  }
}
