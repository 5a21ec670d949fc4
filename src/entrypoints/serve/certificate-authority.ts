/** A certificate authority of our own, and the certificates that it issues. P-256: every new connection is a full handshake. */
import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Certificates } from './certificates.ts';

x509.cryptoProvider.set(webcrypto);

const dayMs = 24 * 60 * 60 * 1000;
/** Clocks of two machines may differ a little. */
const backdatedMs = 60 * 1000;
const p256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

export type Names = { readonly dns: readonly string[]; readonly ips: readonly string[] };

/** Valid for `days` days from `now`. */
export async function makeAuthority(name: string, now: Date, days: number): Promise<Certificates> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    ...validity(now, days),
    keys,
    signingAlgorithm: p256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: certificate.toString('pem'), key: await pemOf(keys.privateKey) };
}

/** @throws Error if the authority is none, or its key is not P-256 */
export async function issueCertificate(
  authority: Certificates,
  names: Names,
  now: Date,
  days: number,
): Promise<Certificates> {
  const issuer = new x509.X509Certificate(authority.cert);
  const der = createPrivateKey(authority.key).export({ type: 'pkcs8', format: 'der' });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, p256, false, ['sign']);
  const keys = await generateKeys();
  const leaf = await x509.X509CertificateGenerator.create({
    subject: 'CN=pullgate',
    issuer: issuer.subject,
    ...validity(now, days),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: p256,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...names.dns.map((value) => ({ type: 'dns' as const, value })),
        ...names.ips.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { cert: leaf.toString('pem'), key: await pemOf(keys.privateKey) };
}

function validity(now: Date, days: number) {
  return { notBefore: new Date(now.getTime() - backdatedMs), notAfter: new Date(now.getTime() + days * dayMs) };
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(p256, true, ['sign', 'verify']);
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}
