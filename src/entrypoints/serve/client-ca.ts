/** Who may ask: only clients with a certificate of this authority. The file is looked at again for as long as the server runs. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { Logger } from '../../telemetry/log.ts';
import type { Certificates } from './certificates.ts';

export type ReadClientCa = { readonly ok: true; readonly ca: string } | { readonly ok: false; readonly reason: string };

export async function readClientCa(path: string): Promise<ReadClientCa> {
  try {
    const ca = await readFile(path, 'utf8');
    const blocks = ca.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
    if (blocks.length === 0 || !blocks.every(isCertificate))
      return { ok: false, reason: `${path} contains no PEM certificates` };
    return { ok: true, ca };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return { ok: false, reason: `cannot read ${path} (${code})` };
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

type Contextual = Pick<Server, 'setSecureContext'>;
export type KeepingClientCa = {
  readonly path: string;
  readonly ca: string;
  readonly certificates: Certificates;
  readonly log: Logger;
};

const everyMs = 5_000;

/**
 * Replacing the certificate of a server also replaces the authority of its clients: both are set together here. A file that
 * holds no certificates changes nothing. Open connections stay as they are.
 *
 * @returns what to set a renewed certificate on, and what ends the watch
 */
export function keepClientCa(
  server: Contextual,
  { path, ca, certificates, log }: KeepingClientCa,
): { readonly server: Contextual; readonly stop: () => void } {
  let current = ca;
  let context: SecureContextOptions = { ...certificates, minVersion: 'TLSv1.2' };
  let trouble = '';
  const apply = (): void => server.setSecureContext({ ...context, ca: current });
  const look = async (): Promise<void> => {
    const read = await readClientCa(path);
    if (!read.ok) {
      if (read.reason !== trouble)
        log.warn({ reason: read.reason }, 'the CA of the clients cannot be renewed; the previous one is still used');
      trouble = read.reason;
      return;
    }
    trouble = '';
    if (read.ca === current) return;
    current = read.ca;
    apply();
    log.info('the CA of the clients was renewed');
  };
  const timer = setInterval(() => void look(), everyMs);
  return {
    server: {
      setSecureContext: (options) => {
        context = options;
        apply();
      },
    },
    stop: () => clearInterval(timer),
  };
}
