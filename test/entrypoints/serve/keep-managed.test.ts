/** The Secret of self-managed certificates and the webhook configuration, as an API server keeps them. */
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import {
  keepManaged,
  type ManagedCertificates,
  manageCertificates,
} from '../../../src/entrypoints/serve/keep-managed.ts';
import type { Api } from '../../../src/sources/cluster/api.ts';
import { openMetrics } from '../../../src/telemetry/metrics.ts';
import { makeAuthority } from '../../support/certificates.ts';

type Secret = { readonly metadata: object; data?: Record<string, string> };
type Configuration = { webhooks: { clientConfig: { caBundle?: string } }[] };

afterEach(() => {
  vi.useRealTimers();
});

const memberOf = (path: string) => (path.includes('/secrets/') ? 'secret' : 'configuration');

function aCluster() {
  const kept = {
    secret: { metadata: {} } as Secret,
    configuration: { webhooks: [{ clientConfig: {} }, { clientConfig: {} }] } as Configuration,
  };
  const api: Pick<Api, 'get' | 'put'> = {
    get: async (path) => ({ kind: 'ok', value: structuredClone(kept[memberOf(path)]) }),
    put: async (path, object) => {
      Object.assign(kept, { [memberOf(path)]: structuredClone(object) });
      return { kind: 'ok', value: object };
    },
  };
  const lines: string[] = [];
  const managing: ManagedCertificates = {
    api: api as Api,
    namespace: 'pullgate',
    log: pino({ base: null }, { write: (line: string) => lines.push(line) }),
    metrics: openMetrics('0.1.0', () => new Map()),
  };
  const bundles = () =>
    kept.configuration.webhooks.map(({ clientConfig }) =>
      Buffer.from(clientConfig.caBundle ?? '', 'base64').toString(),
    );
  return { kept, managing, lines, bundles };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('an emptied Secret is filled anew, and what was trusted stays trusted beside the new authority', async () => {
  const { kept, managing, bundles } = aCluster();
  const before = await manageCertificates(managing);
  const [trusted = ''] = bundles();
  kept.secret = { metadata: {} };
  const after = await manageCertificates(managing);

  expect(after.cert).not.toBe(before.cert);
  for (const bundle of bundles()) {
    expect(bundle.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(bundle).toContain(trusted.trim());
  }
});

test('garbage, or another authority, in the configuration is put right while the Secret is whole', async () => {
  const { kept, managing, bundles } = aCluster();
  await manageCertificates(managing);
  const right = bundles();
  const { certificate } = await makeAuthority('another');
  for (const caBundle of [base64('garbage'), base64(certificate)]) {
    kept.configuration.webhooks = [{ clientConfig: { caBundle } }, { clientConfig: { caBundle } }];
    await manageCertificates(managing);
    expect(bundles()).toEqual(right);
  }
});

test('a replica that runs mends a key that does not fit at its next look, says so, and serves the new pair', async () => {
  const { kept, managing, lines } = aCluster();
  const served = await manageCertificates(managing);
  kept.secret.data = { ...kept.secret.data, 'tls.key': base64('garbage') };
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const contexts: object[] = [];
  const stop = keepManaged({ setSecureContext: (context) => contexts.push(context) }, managing, served);
  vi.advanceTimersByTime(80_000);
  vi.useRealTimers();
  await vi.waitFor(() => expect(contexts).toHaveLength(1));
  stop();

  const key = Buffer.from(kept.secret.data['tls.key'] ?? '', 'base64').toString();
  expect(contexts).toEqual([expect.objectContaining({ key })]);
  expect(lines.join('')).toContain('"reason":"tls.crt and tls.key are not a certificate and its key"');
});
