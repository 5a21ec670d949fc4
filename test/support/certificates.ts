// oxlint-disable-next-line import/no-unassigned-import -- the decorators of x509 look for it when they are loaded
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);

export type KeyPair = { readonly certificate: string; readonly privateKey: string };

export type LeafOptions = {
  /** DNS names and IP addresses; none means a certificate with a common name only. */
  readonly names: readonly string[];
  readonly commonName?: string;
  readonly expired?: boolean;
  readonly key?: 'P-256' | 'RSA-1024';
  readonly hash?: 'SHA-256' | 'SHA-1';
};

export type Authority = { readonly certificate: string; readonly issue: (options: LeafOptions) => Promise<KeyPair> };

const day = 24 * 60 * 60 * 1000;

/** A certificate authority that nobody trusts unless told. */
export async function makeAuthority(name: string): Promise<Authority> {
  const keys = await makeKeys('P-256', 'SHA-256');
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    notBefore: new Date(Date.now() - 30 * day),
    notAfter: new Date(Date.now() + 30 * day),
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return {
    certificate: root.toString('pem'),
    issue: async ({ names, commonName = 'leaf.test', expired = false, key = 'P-256', hash = 'SHA-256' }) => {
      const leafKeys = await makeKeys(key, hash);
      const leaf = await x509.X509CertificateGenerator.create({
        subject: `CN=${commonName}`,
        issuer: root.subject,
        publicKey: leafKeys.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: { name: 'ECDSA', hash },
        notBefore: new Date(Date.now() - 20 * day),
        notAfter: new Date(Date.now() + (expired ? -day : day)),
        extensions: names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names.map(generalName))],
      });
      return { certificate: leaf.toString('pem'), privateKey: await pemOf(leafKeys.privateKey) };
    },
  };
}

function generalName(name: string): { readonly type: 'dns' | 'ip'; readonly value: string } {
  return { type: /^[\d.]+$|:/.test(name) ? 'ip' : 'dns', value: name };
}

function makeKeys(key: 'P-256' | 'RSA-1024', hash: string): Promise<webcrypto.CryptoKeyPair> {
  if (key === 'P-256')
    return webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: key }, true, ['sign', 'verify']);
  const publicExponent = new Uint8Array([1, 0, 1]);
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent, hash };
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}
