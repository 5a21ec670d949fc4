import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Configuration = { webhooks: { clientConfig: object }[] };

const installed = join(import.meta.dirname, '../../manifests/base/validating-webhook-configuration.yaml');

/** The webhook configuration that is installed in clusters, or another one, with the service replaced by a url. */
export function webhookConfiguration(url: string, ca: Buffer, written = readFileSync(installed, 'utf8')): string {
  const configuration = parse(written) as Configuration;
  for (const webhook of configuration.webhooks)
    webhook.clientConfig = { url: `${url}/validate`, caBundle: ca.toString('base64') };
  return JSON.stringify(configuration);
}
