/** The certificate that is served: read from files, looked at again for as long as the server runs. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** PEM: the chain, leaf first, and the key of the leaf. */
export type Certificates = { readonly cert: string; readonly key: string };

export type ReadCertificates =
  | { readonly ok: true; readonly certificates: Certificates; readonly expiresAt: Date }
  | { readonly ok: false; readonly reason: string };

/** Both files may be in the middle of being written: a pair that does not fit together is none. */
export async function readCertificates(certPath: string, keyPath: string): Promise<ReadCertificates> {
  try {
    const [cert, key] = await Promise.all([readFile(certPath, 'utf8'), readFile(keyPath, 'utf8')]);
    return examined({ cert, key }, certPath, keyPath);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { ok: false, reason: `cannot read ${certPath} and ${keyPath} (${code})` };
  }
}

function examined(certificates: Certificates, certPath: string, keyPath: string): ReadCertificates {
  const leaf = parsed(() => new X509Certificate(certificates.cert));
  if (leaf === undefined) return { ok: false, reason: `${certPath} contains no PEM certificate` };
  const key = parsed(() => createPrivateKey(certificates.key));
  if (key === undefined) return { ok: false, reason: `${keyPath} contains no PEM private key` };
  if (!leaf.checkPrivateKey(key)) return { ok: false, reason: `${keyPath} is not the key of ${certPath}` };
  const expiresAt = leaf.validToDate;
  if (expiresAt.getTime() <= Date.now())
    return { ok: false, reason: `${certPath} expired at ${expiresAt.toISOString()}` };
  const refusal = refusalOf(certificates);
  if (refusal !== undefined) return { ok: false, reason: `${certPath} cannot be served: ${refusal}` };
  return { ok: true, certificates, expiresAt };
}

/** What OpenSSL has against it: a key that is too small, a digest that is too weak. */
function refusalOf(certificates: Certificates): string | undefined {
  try {
    createSecureContext({ ...certificates, minVersion: 'TLSv1.2' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
