/** A certificate for this machine, made on the spot: for laptops and tests. */
import { X509Certificate } from 'node:crypto';
import { issueCertificate, makeAuthority } from './certificate-authority.ts';
import type { Certificates } from './certificates.ts';

export type SelfSigned = Certificates & { readonly ca: string; readonly expiresAt: Date };

/** Valid for `days` days from now, for the names under which loopback is reached. */
export async function makeSelfSigned(now: Date, days: number): Promise<SelfSigned> {
  const authority = await makeAuthority('pullgate stand-alone CA', now, days);
  const names = { dns: ['localhost'], ips: ['127.0.0.1', '::1'] };
  const leaf = await issueCertificate(authority, names, now, days);
  return { ...leaf, ca: authority.cert, expiresAt: new X509Certificate(leaf.cert).validToDate };
}
