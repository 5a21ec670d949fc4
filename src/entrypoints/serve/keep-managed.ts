/** Keeps self-managed certificates: in one Secret, and the CA in the webhook configuration (contract §5; RBAC in manifests/). */
import { X509Certificate } from 'node:crypto';
import type { Server } from 'node:https';
import * as z from 'zod';
import type { Api, ApiAnswer } from '../../sources/cluster/api.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Certificates } from './certificates.ts';
import { dataOf, type Managed, readManaged, renewed } from './managed-certificates.ts';

export type ManagedCertificates = {
  readonly api: Api;
  readonly namespace: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly now?: () => Date;
};

const secretName = 'pullgate-tls';
const serviceName = 'pullgate';
const configurationName = 'validate.pullgate.dev';
const configurationPath = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${configurationName}`;

const secretSchema = z.looseObject({ metadata: z.looseObject({}), data: z.record(z.string(), z.string()).nullish() });
const configurationSchema = z.looseObject({
  webhooks: z.array(z.looseObject({ clientConfig: z.looseObject({ caBundle: z.string().optional() }) })).nullish(),
});

/** Of one step; a replica that loses a race against another one reads again. */
const mostTries = 5;
const timeoutMs = 5_000;

/**
 * Looks once at everything, and mends what has to be: first the Secret, then the configuration, and only then may the new
 * certificate be served, since the API server must trust it by then.
 *
 * @throws Error that says what is missing
 */
export async function manageCertificates(managing: ManagedCertificates): Promise<Certificates> {
  const managed = await keepSecret(managing);
  await keepConfiguration(managing, managed.bundle);
  managing.metrics.certificateExpires(new X509Certificate(managed.leaf.cert).validToDate);
  return managed.leaf;
}

const everyMs = 60_000;

/** Looks again and again, so that a renewal by another replica, or an edit of the configuration, is seen. @returns what ends it */
export function keepManaged(
  server: Pick<Server, 'setSecureContext'>,
  managing: ManagedCertificates,
  served: Certificates,
): () => void {
  let current = served;
  const look = async (): Promise<void> => {
    try {
      const certificates = await manageCertificates(managing);
      if (certificates.cert === current.cert && certificates.key === current.key) return;
      server.setSecureContext({ ...certificates, minVersion: 'TLSv1.2' });
      current = certificates;
      managing.log.info('the certificate was renewed');
    } catch (error) {
      managing.metrics.certificateNotRenewed();
      managing.log.warn(
        { reason: error instanceof Error ? error.message : String(error) },
        'the certificate cannot be renewed; the previous one is still served',
      );
    }
  };
  const timer = setInterval(() => void look(), everyMs * (0.75 + Math.random() / 2));
  return () => clearInterval(timer);
}

async function keepSecret(managing: ManagedCertificates): Promise<Managed> {
  const { api, namespace, log, now = () => new Date() } = managing;
  const path = `/api/v1/namespaces/${namespace}/secrets/${secretName}`;
  const names = { dns: [`${serviceName}.${namespace}.svc`, `${serviceName}.${namespace}.svc.cluster.local`], ips: [] };
  for (let tries = 0; tries < mostTries; tries += 1) {
    const object = secretSchema.parse(
      objectIn(await api.get(path, AbortSignal.timeout(timeoutMs)), `Secret ${secretName} of namespace ${namespace}`),
    );
    const data = new Map(
      Object.entries(object.data ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
    );
    const found = readManaged(data);
    const better = await renewed(found, names, now(), () => trustedNow(managing));
    if (better === undefined && found !== undefined) return found;
    if (better === undefined) throw new Error('a Secret without certificates is renewed');
    const written = Object.entries(dataOf(better.managed)).map(([name, value]) => [
      name,
      Buffer.from(value).toString('base64'),
    ]);
    const answer = await api.put(
      path,
      { ...object, data: Object.fromEntries(written) },
      AbortSignal.timeout(timeoutMs),
    );
    // Another replica was faster: what it wrote is as good.
    if (answer.kind === 'refused' && answer.status === 409) continue;
    objectIn(answer, `update of Secret ${secretName}`);
    log.info({ secret: secretName, reason: better.reason }, 'the certificate was recreated');
    return better.managed;
  }
  throw new Error(`Secret ${secretName} changes constantly`);
}

/** Whoever edits the configuration may take the CA out of it: it is put back, and everything else is left alone. */
async function keepConfiguration({ api, log }: ManagedCertificates, bundle: string): Promise<void> {
  const caBundle = Buffer.from(bundle).toString('base64');
  for (let tries = 0; tries < mostTries; tries += 1) {
    const object = await readConfiguration(api);
    const webhooks = object.webhooks ?? [];
    if (webhooks.every(({ clientConfig }) => clientConfig.caBundle === caBundle)) return;
    const mended = webhooks.map((webhook) => ({ ...webhook, clientConfig: { ...webhook.clientConfig, caBundle } }));
    const answer = await api.put(configurationPath, { ...object, webhooks: mended }, AbortSignal.timeout(timeoutMs));
    if (answer.kind === 'refused' && answer.status === 409) continue;
    objectIn(answer, `update of ValidatingWebhookConfiguration ${configurationName}`);
    log.info({ configuration: configurationName }, 'the CA was written to the webhook configuration');
    return;
  }
  throw new Error(`ValidatingWebhookConfiguration ${configurationName} changes constantly`);
}

async function trustedNow({ api }: ManagedCertificates): Promise<string> {
  const { webhooks } = await readConfiguration(api);
  return (webhooks ?? [])
    .map(({ clientConfig }) => Buffer.from(clientConfig.caBundle ?? '', 'base64').toString())
    .join('\n');
}

async function readConfiguration(api: Api): Promise<z.infer<typeof configurationSchema>> {
  const answer = await api.get(configurationPath, AbortSignal.timeout(timeoutMs));
  return configurationSchema.parse(objectIn(answer, `ValidatingWebhookConfiguration ${configurationName}`));
}

function objectIn(answer: ApiAnswer, what: string): unknown {
  switch (answer.kind) {
    case 'ok':
      return answer.value;
    case 'absent':
      throw new Error(`${what} does not exist; install it with manifests/components/certificate-self-managed`);
    case 'refused':
      throw new Error(
        `${what}: the API server answers ${answer.status}; grant the rights of manifests/components/certificate-self-managed`,
      );
    case 'unreachable':
      throw new Error(`${what}: the API server does not answer (${answer.reason})`);
  }
}
