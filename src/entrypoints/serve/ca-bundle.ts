/** Certificates of authorities in PEM, one after another: what the API server trusts of a webhook (`caBundle`). */
import { X509Certificate } from 'node:crypto';

/** No `-` stands inside of a block, so no text is looked at twice. */
const blocks = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** The newest first. */
export function bundleOf(authorities: readonly string[]): string {
  return authorities.map((pem) => `${pem.trim()}\n`).join('');
}

/** Those that can be trusted at this time, once each, in PEM; what is none is passed over. */
export function authoritiesIn(text: string, now: Date): readonly string[] {
  const certificates = blocksIn(text).filter(
    (certificate) => certificate?.ca === true && certificate.validToDate.getTime() > now.getTime(),
  );
  return [...new Set(certificates.map(String))];
}

/** The API server refuses a bundle of which any part is no certificate. */
export function isBundleWith(text: string, authority: X509Certificate): boolean {
  const certificates = blocksIn(text);
  return (
    certificates.every((certificate) => certificate !== undefined) &&
    certificates.some((certificate) => certificate?.fingerprint256 === authority.fingerprint256)
  );
}

function blocksIn(text: string): readonly (X509Certificate | undefined)[] {
  return (text.match(blocks) ?? []).map((block) => {
    try {
      return new X509Certificate(block);
    } catch {
      return undefined;
    }
  });
}
