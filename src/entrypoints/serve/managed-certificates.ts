/**
 * What stands in the Secret of self-managed certificates, and what has to change of it. Replicas share the Secret: whoever
 * comes first writes, the others take over what they find.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { authoritiesIn, bundleOf, isBundleWith } from './ca-bundle.ts';
import { issueCertificate, makeAuthority, type Names } from './certificate-authority.ts';
import type { Certificates } from './certificates.ts';

export type Managed = {
  readonly leaf: Certificates;
  readonly authority: Certificates;
  /** PEM: the authority, and those before it until the next certificate is issued: their certificates may still be served. */
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

export type Renewal = {
  readonly managed: Managed;
  /** For the log. */
  readonly reason: string;
};

/** Beside a new authority. Two that were made anew within one overlap are enough. */
const mostFormer = 2;

/**
 * Undefined where everything is as it should be. Both are renewed at two thirds of their life; what does not fit together
 * counts as absent.
 *
 * @param trusted what the API server trusts now: where the authority is lost, other replicas still serve certificates of it
 */
export async function renewed(
  managed: Managed | undefined,
  names: Names,
  now: Date,
  trusted: () => Promise<string> = async () => '',
): Promise<Renewal | undefined> {
  const authority = managed && authorityIn(managed.authority);
  if (managed === undefined || authority === undefined) {
    const former = authoritiesIn(await trusted(), now).slice(0, mostFormer);
    const reason =
      managed === undefined
        ? `the Secret lacks one of ${Object.values(members).join(', ')}`
        : `${members.authority} and ${members.authorityKey} are not a CA and its key`;
    return { managed: await madeAnew(former, names, now), reason };
  }
  if (isDue(authority, now))
    return {
      managed: await madeAnew(authoritiesIn(managed.authority.cert, now), names, now),
      reason: 'the CA was due for renewal',
    };
  const isTrusted = isBundleWith(managed.bundle, authority);
  const fault = isTrusted ? faultOf(managed.leaf, authority, names) : `${members.bundle} does not contain the CA`;
  const leaf = () => issueCertificate(managed.authority, names, now, leafDays);
  if (fault !== undefined) {
    const bundle = isTrusted ? managed.bundle : bundleOf([managed.authority.cert]);
    return { managed: { ...managed, bundle, leaf: await leaf() }, reason: fault };
  }
  if (!isDue(new X509Certificate(managed.leaf.cert), now)) return undefined;
  // For as long as the one that ends was served nobody has issued certificates of the authorities before.
  return {
    managed: { ...managed, bundle: bundleOf([managed.authority.cert]), leaf: await leaf() },
    reason: 'the certificate was due for renewal',
  };
}

async function madeAnew(former: readonly string[], names: Names, now: Date): Promise<Managed> {
  const authority = await makeAuthority('pullgate CA', now, authorityDays);
  return {
    authority,
    leaf: await issueCertificate(authority, names, now, leafDays),
    bundle: bundleOf([authority.cert, ...former]),
  };
}

/** Undefined for one of which no certificate can be issued. */
function authorityIn({ cert, key }: Certificates): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(cert);
    const privateKey = createPrivateKey(key);
    const isOfOurKind = certificate.ca && privateKey.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    return isOfOurKind && certificate.checkPrivateKey(privateKey) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function faultOf(leaf: Certificates, authority: X509Certificate, { dns }: Names): string | undefined {
  try {
    // As the server will: it refuses more than pairs that do not fit.
    createSecureContext({ ...leaf, minVersion: 'TLSv1.2' });
  } catch {
    return `${members.leaf} and ${members.leafKey} are not a certificate and its key`;
  }
  const certificate = new X509Certificate(leaf.cert);
  if (!certificate.checkIssued(authority) || !certificate.verify(authority.publicKey))
    return `${members.leaf} is not signed by the CA`;
  const missing = dns.find((name) => certificate.checkHost(name) === undefined);
  return missing === undefined ? undefined : `${members.leaf} is not for ${missing}`;
}

function isDue({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  const lifeMs = validToDate.getTime() - validFromDate.getTime();
  return now.getTime() >= validFromDate.getTime() + (lifeMs * 2) / 3;
}
