/** Certificates are renewed while the server runs; connections that are open stay as they are. */
import type { Server } from 'node:https';
import type { Logger } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { type Certificates, readCertificates } from './certificates.ts';

export type CertificateFiles = {
  readonly certPath: string;
  readonly keyPath: string;
  readonly served: Certificates;
  readonly log: Logger;
  readonly metrics: Metrics;
};

const everyMs = 5_000;

/** A pair that is none, or half written, is not served: the one before stays. @returns what ends it */
export function keepCertificates(
  server: Pick<Server, 'setSecureContext'>,
  { certPath, keyPath, served, log, metrics }: CertificateFiles,
): () => void {
  let current = served;
  let trouble = '';
  const look = async (): Promise<void> => {
    const read = await readCertificates(certPath, keyPath);
    if (!read.ok) {
      metrics.certificateNotRenewed();
      if (read.reason !== trouble)
        log.warn({ reason: read.reason }, 'the certificate cannot be renewed; the previous one is still served');
      trouble = read.reason;
      return;
    }
    trouble = '';
    const { certificates, expiresAt } = read;
    if (certificates.cert === current.cert && certificates.key === current.key) return;
    server.setSecureContext({ ...certificates, minVersion: 'TLSv1.2' });
    current = certificates;
    metrics.certificateExpires(expiresAt);
    log.info({ expiresAt: expiresAt.toISOString() }, 'the certificate was renewed');
  };
  const timer = setInterval(() => void look(), everyMs);
  return () => clearInterval(timer);
}
