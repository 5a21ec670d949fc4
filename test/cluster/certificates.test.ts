/** Self-managed certificates of several replicas, with the rights of the installation. */
import { type ChildProcess, spawn } from 'node:child_process';
import { request } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';

const root = join(import.meta.dirname, '../..');
const configuration = 'validatingwebhookconfiguration/validate.pullgate.dev';

let plane: ControlPlane;
const replicas: ChildProcess[] = [];

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
  for (const replica of replicas) replica.kill('SIGKILL');
  await plane.end();
});

async function startReplica(): Promise<string> {
  const args = [
    'serve',
    '--kubeconfig',
    plane.kubeconfigOf('pullgate'),
    '--listen',
    '127.0.0.1:0',
    '--ops-listen',
    '127.0.0.1:0',
  ];
  const env = { ...process.env, POD_NAMESPACE: 'pullgate' };
  const replica = spawn(process.execPath, [join(root, 'src/main.ts'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  replicas.push(replica);
  for await (const line of createInterface(replica.stdout)) {
    const { url } = JSON.parse(line) as { readonly url?: string };
    if (!url?.startsWith('https://')) continue;
    replica.stdout.resume();
    return url;
  }
  throw new Error('the replica ended before it listened');
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
  const urls = await Promise.all([startReplica(), startReplica()]);
  const ca = await caBundle();

  expect(ca.match(/BEGIN CERTIFICATE/g)).toHaveLength(1);
  expect(await Promise.all(urls.map((url) => statusOf(url, ca)))).toEqual([405, 405]);
});

test('a bundle that somebody took out is put back by the next replica, and the rest of the configuration is left alone', async () => {
  const patch =
    '[{"op":"remove","path":"/webhooks/0/clientConfig/caBundle"},{"op":"replace","path":"/webhooks/0/timeoutSeconds","value":7}]';
  expect((await plane.kubectl(['patch', configuration, '--type=json', '-p', patch])).exitCode).toBe(0);
  expect(await caBundle()).toBe('');

  const url = await startReplica();

  expect(await statusOf(url, await caBundle())).toBe(405);
  const { output } = await plane.kubectl(['get', configuration, '-o', 'jsonpath={.webhooks[0].timeoutSeconds}']);
  expect(output).toBe('7');
});

test('without its rights a replica does not start, and says which are missing', async () => {
  await plane.kubectl(['delete', 'clusterrolebinding', 'pullgate-certificate']);
  const args = [
    'serve',
    '--kubeconfig',
    plane.kubeconfigOf('pullgate'),
    '--listen',
    '127.0.0.1:0',
    '--ops-listen',
    '127.0.0.1:0',
  ];
  const env = { ...process.env, POD_NAMESPACE: 'pullgate' };
  const replica = spawn(process.execPath, [join(root, 'src/main.ts'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  replica.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const code = await new Promise((resolve) => {
    replica.once('close', resolve);
  });

  expect(errors).toContain(
    'pullgate serve: ValidatingWebhookConfiguration validate.pullgate.dev: the API server answers 403; grant the rights of manifests/components/certificate-self-managed',
  );
  expect(code).toBe(2);
});
