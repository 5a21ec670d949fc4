import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

type Configuration = { webhooks: { clientConfig: object }[] };

/** The webhook configuration that is installed in clusters, with the service replaced by a url. */
export function webhookConfiguration(url: string, ca: Buffer): string {
  const path = join(import.meta.dirname, '../../manifests/base/validating-webhook-configuration.yaml');
  const configuration = parse(readFileSync(path, 'utf8')) as Configuration;
  for (const webhook of configuration.webhooks)
    webhook.clientConfig = { url: `${url}/validate`, caBundle: ca.toString('base64') };
  return JSON.stringify(configuration);
}
