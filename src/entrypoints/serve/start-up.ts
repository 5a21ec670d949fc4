/** What the webhook needs before it can listen: read from its arguments, or its start ends with the reason. */
import { readFile, writeFile } from 'node:fs/promises';
import { usage } from '../../cli/parse-flags.ts';
import type { Config } from '../../config/config.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { type Certificates, readCertificates } from './certificates.ts';
import { readClientCa } from './client-ca.ts';
import type { OpenCluster } from './cluster-facts.ts';
import { serveCommand } from './command.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { readFileFacts } from './file-facts.ts';
import { type ManagedCertificates, manageCertificates } from './keep-managed.ts';
import type { ServeOptions } from './options.ts';
import { makeSelfSigned } from './self-signed.ts';

/** @throws UsageError */
export async function configurationFor({ configPath }: ServeOptions, log: Logger): Promise<Configuration> {
  const read = await readConfiguration(configPath, log);
  if (read.kind === 'read') return read.configuration;
  throw usage(serveCommand, read.kind === 'broken' ? read.problems.join('\n') : 'the configuration is read twice');
}

/** @throws UsageError */
export async function openFacts(
  { facts }: ServeOptions,
  configNow: () => Config,
  version: string,
  log: Logger,
): Promise<OpenCluster> {
  if (facts.kind === 'files') {
    const read = await readFileFacts(facts.paths, configNow);
    if (!read.ok) throw usage(serveCommand, read.problems.join('\n'));
    return { facts: read.facts, apiServer: () => [], close: () => {} };
  }
  try {
    // On a laptop the client library of the API server is not needed.
    const { openCluster } = await import('./cluster-facts.ts');
    return await openCluster({ ...facts, version }, () => configNow().workloadKinds, log);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usage(serveCommand, `cannot locate the API server: ${reason}; set --kubeconfig, or give files with --facts`);
  }
}

/** Of the Pod in which this runs, if it does. */
export async function mountedNamespace(): Promise<string | undefined> {
  const text = await readFile('/var/run/secrets/kubernetes.io/serviceaccount/namespace', 'utf8').catch(() => '');
  return text.trim() || undefined;
}

/** Of a laptop: long enough to be tried, short enough not to be kept. */
const selfSignedDays = 30;

/** @throws UsageError */
export async function certificatesFor(
  tls: ServeOptions['tls'],
  metrics: Metrics,
  managing: ManagedCertificates | undefined,
): Promise<Certificates> {
  if (tls.kind === 'self-signed' && tls.caPath === undefined && managing !== undefined)
    return manageCertificates(managing).catch((error: unknown) => {
      throw usage(serveCommand, error instanceof Error ? error.message : String(error));
    });
  if (tls.kind === 'self-signed') {
    const { ca, cert, key, expiresAt } = await makeSelfSigned(new Date(), selfSignedDays);
    if (tls.caPath !== undefined) await writeCa(tls.caPath, ca);
    metrics.certificateExpires(expiresAt);
    return { cert, key };
  }
  const read = await readCertificates(tls.certPath, tls.keyPath);
  if (!read.ok) throw usage(serveCommand, read.reason);
  metrics.certificateExpires(read.expiresAt);
  return read.certificates;
}

async function writeCa(path: string, ca: string): Promise<void> {
  try {
    await writeFile(path, ca);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw usage(serveCommand, `--ca-out: cannot write ${path} (${code})`);
  }
}

/** @throws UsageError */
export async function clientCaFor({ clientCaPath }: ServeOptions): Promise<string | undefined> {
  if (clientCaPath === undefined) return undefined;
  const read = await readClientCa(clientCaPath);
  if (!read.ok) throw usage(serveCommand, `--client-ca: ${read.reason}`);
  return read.ca;
}
