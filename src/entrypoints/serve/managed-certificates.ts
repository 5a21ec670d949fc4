/**
 * What stands in the Secret of self-managed certificates, and what has to change of it. Replicas share the Secret: whoever
 * comes first writes, the others take over what they find.
 */
import { X509Certificate } from 'node:crypto';
import { issueCertificate, makeAuthority, type Names } from './certificate-authority.ts';
import type { Certificates } from './certificates.ts';

export type Managed = {
  readonly leaf: Certificates;
  readonly authority: Certificates;
  /** PEM: the authority, and the one before it for as long as certificates of it may be served. */
  readonly bundle: string;
};

const authorityDays = 730;
const leafDays = 90;

/** Members of the Secret, as cert-manager names them where it has a name. */
export const members = {
  leaf: 'tls.crt',
  leafKey: 'tls.key',
  bundle: 'ca.crt',
  authority: 'authority.crt',
  authorityKey: 'authority.key',
};

export function readManaged(data: ReadonlyMap<string, string>): Managed | undefined {
  const [cert, key, bundle, authority, authorityKey] = [
    members.leaf,
    members.leafKey,
    members.bundle,
    members.authority,
    members.authorityKey,
  ].map((name) => data.get(name));
  if (!cert || !key || !bundle || !authority || !authorityKey) return undefined;
  return { leaf: { cert, key }, authority: { cert: authority, key: authorityKey }, bundle };
}

export function dataOf({ leaf, authority, bundle }: Managed): Readonly<Record<string, string>> {
  return {
    [members.leaf]: leaf.cert,
    [members.leafKey]: leaf.key,
    [members.bundle]: bundle,
    [members.authority]: authority.cert,
    [members.authorityKey]: authority.key,
  };
}

/** Undefined where everything is as it should be. Both are renewed at two thirds of their life. */
export async function renewed(managed: Managed | undefined, names: Names, now: Date): Promise<Managed | undefined> {
  const known = managed === undefined ? undefined : parse(managed);
  if (managed === undefined || known === undefined || isDue(known.authority, now)) {
    const authority = await makeAuthority('pullgate CA', now, authorityDays);
    const former = known !== undefined && known.authority.validToDate > now ? known.authority.toString() : '';
    return {
      authority,
      leaf: await issueCertificate(authority, names, now, leafDays),
      bundle: `${authority.cert.trim()}\n${former}`,
    };
  }
  const isServable =
    known.leaf.checkIssued(known.authority) && names.dns.every((name) => known.leaf.checkHost(name) !== undefined);
  if (isServable && !isDue(known.leaf, now)) return undefined;
  return { ...managed, leaf: await issueCertificate(managed.authority, names, now, leafDays) };
}

function parse({
  leaf,
  authority,
}: Managed): { readonly leaf: X509Certificate; readonly authority: X509Certificate } | undefined {
  try {
    return { leaf: new X509Certificate(leaf.cert), authority: new X509Certificate(authority.cert) };
  } catch {
    return undefined;
  }
}

function isDue({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  const lifeMs = validToDate.getTime() - validFromDate.getTime();
  return now.getTime() >= validFromDate.getTime() + (lifeMs * 2) / 3;
}
