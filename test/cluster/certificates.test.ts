/** Self-managed certificates of several replicas, with the rights of the installation. */
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { failedStart, type Replica, startReplica } from './replica.ts';

const root = join(import.meta.dirname, '../..');
const configuration = 'validatingwebhookconfiguration/validate.pullgate.dev';

let plane: ControlPlane;
const replicas: Replica[] = [];

beforeAll(async () => {
  plane = await startControlPlane(process.env.KUBEBUILDER_ASSETS ?? '');
  await plane.kubectl(['apply', '-f', join(root, 'manifests/base/namespace.yaml')]);
  await installed();
});

async function installed(): Promise<void> {
  const { exitCode, errors } = await plane.kubectl(['apply', '-k', join(root, 'manifests')]);
  if (exitCode !== 0) throw new Error(errors);
}

afterAll(async () => {
  for (const replica of replicas) await replica.kill();
  await plane.end();
});

async function started(): Promise<string> {
  const replica = await startReplica({ kubeconfig: plane.kubeconfigOf('pullgate') });
  replicas.push(replica);
  return replica.url;
}

async function caBundle(): Promise<string> {
  const { output } = await plane.kubectl(['get', configuration, '-o', 'jsonpath={.webhooks[0].clientConfig.caBundle}']);
  return Buffer.from(output, 'base64').toString();
}

/** As the API server calls a Service: by its name, trusting the bundle of the configuration alone. */
function statusOf(url: string, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/validate`, { method: 'GET', ca, servername: 'pullgate.pullgate.svc' }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.on('error', reject);
    call.end();
  });
}

test('replicas that start together share one certificate, and the API server is told of its authority', async () => {
  const urls = await Promise.all([started(), started()]);
  const ca = await caBundle();

  expect(ca.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
  expect(await Promise.all(urls.map((url) => statusOf(url, ca)))).toEqual([405, 405]);
});

test('a bundle that somebody took out is put back by the next replica, and the rest of the configuration is left alone', async () => {
  const patch =
    '[{"op":"remove","path":"/webhooks/0/clientConfig/caBundle"},{"op":"replace","path":"/webhooks/0/timeoutSeconds","value":7}]';
  expect((await plane.kubectl(['patch', configuration, '--type=json', '-p', patch])).exitCode).toBe(0);
  expect(await caBundle()).toBe('');

  const url = await started();

  expect(await statusOf(url, await caBundle())).toBe(405);
  const { output } = await plane.kubectl(['get', configuration, '-o', 'jsonpath={.webhooks[0].timeoutSeconds}']);
  expect(output).toBe('7');
});

test('without its rights a replica does not start, and says which are missing', async () => {
  await plane.kubectl(['delete', 'clusterrolebinding', 'pullgate-certificate']);
  const { problems, exitCode } = await failedStart({ kubeconfig: plane.kubeconfigOf('pullgate') });

  expect(problems).toContain(
    'ValidatingWebhookConfiguration validate.pullgate.dev: the API server answers 403; grant the rights of manifests/components/certificate-self-managed',
  );
  expect(exitCode).toBe(2);
});
