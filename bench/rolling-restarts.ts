/**
 * Two replicas behind a TCP pass-through that learns late who is leaving, 300 reviews/s, and a rolling restart after the
 * other: how many calls fail? KUBEBUILDER_ASSETS=… node bench/rolling-restarts.ts [RESTARTS]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { makeSelfSigned } from '../src/entrypoints/serve/self-signed.ts';
import { startRegistryWorld } from '../test/support/registry-world.ts';
import { startControlPlane } from '../tools/cluster/control-plane.ts';
import { buildMultiPlatform } from '../tools/embedded-registry/image.ts';

const [restarts = 3] = process.argv.slice(2).map(Number);
/** Endpoints are updated late, and not always as late. */
const latenessMs = [2_000, 0, 5_000, 1_000, 4_000, 3_000];
const reviewsPerSecond = 300;
const root = join(import.meta.dirname, '..');

const plane = await startControlPlane(process.env.KUBEBUILDER_ASSETS ?? '');
const world = await startRegistryWorld({ names: ['registry.test'] });
world.registry.push('team/app', '1', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], 'app'));
const certificates = join(world.directory, 'tls');
await makeCertificates(certificates);

type Replica = { readonly process: ChildProcess; readonly port: number };

async function startReplica(): Promise<Replica> {
  const args = [
    'serve',
    '--config',
    world.configPath,
    '--kubeconfig',
    plane.kubeconfig,
    '--listen',
    '127.0.0.1:0',
    '--ops-listen',
    '127.0.0.1:0',
  ];
  const files = ['--tls-cert', `${certificates}.crt`, '--tls-key', `${certificates}.key`];
  const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...args, ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) {
    const { url } = JSON.parse(line) as { readonly url?: string };
    if (!url?.startsWith('https://')) continue;
    child.stdout.resume();
    return { process: child, port: Number(new URL(url).port) };
  }
  throw new Error('a replica ended before it listened');
}

let endpoints: readonly number[] = [];
let turn = 0;
const passThrough = createServer((client) => {
  turn += 1;
  const port = endpoints[turn % endpoints.length] ?? 0;
  const server = connect(port, '127.0.0.1');
  client.on('error', () => server.destroy()).pipe(server);
  server.on('error', () => client.destroy()).pipe(client);
});
passThrough.listen(0, '127.0.0.1');
await once(passThrough, 'listening');
const { port } = passThrough.address() as AddressInfo;

const agent = new Agent({ keepAlive: true, maxSockets: 25, timeout: 90_000, ca: readFileSync(`${certificates}.ca`) });
const body = JSON.stringify({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'u',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    operation: 'CREATE',
    namespace: 'default',
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'a', image: 'registry.test/team/app:1' }] },
    },
  },
});
const counts = { answered: 0, failed: 0 };
const failures = new Map<string, number>();

function failed(reason: string): void {
  counts.failed += 1;
  failures.set(reason, (failures.get(reason) ?? 0) + 1);
}

function call(): void {
  const asked = request(
    {
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      path: '/validate?timeout=5s',
      method: 'POST',
      agent,
      timeout: 5_000,
      headers: { 'content-type': 'application/json' },
    },
    (answer) => {
      answer.resume();
      answer.on('error', (error) => failed(error.message));
      answer.on('end', () => {
        if (answer.statusCode === 200) counts.answered += 1;
        else failed(`status ${answer.statusCode}`);
      });
    },
  );
  asked.on('timeout', () => asked.destroy(new Error('timeout')));
  asked.on('error', (error) => failed(error.message));
  asked.end(body);
}

async function restart(old: Replica, lateMs: number): Promise<Replica> {
  // As a Deployment does with maxSurge 1: the new one first.
  const next = await startReplica();
  endpoints = [...endpoints, next.port];
  const ended = once(old.process, 'exit');
  old.process.kill('SIGTERM');
  await setTimeout(lateMs);
  endpoints = endpoints.filter((endpoint) => endpoint !== old.port);
  await ended;
  return next;
}

let replicas = await Promise.all([startReplica(), startReplica()]);
endpoints = replicas.map((replica) => replica.port);
const startedMs = performance.now();
let issued = 0;
const load = setInterval(() => {
  // Open loop: what should have been sent by now is sent, however slow answers are.
  const due = Math.floor(((performance.now() - startedMs) / 1000) * reviewsPerSecond);
  for (; issued < due; issued += 1) call();
}, 10);
await setTimeout(1_000);
for (let count = 0; count < restarts; count += 1) {
  const [first, second] = replicas;
  if (first === undefined || second === undefined) throw new Error('there are two replicas');
  replicas = [second, await restart(first, latenessMs[count % latenessMs.length] ?? 0)];
}
await setTimeout(1_000);
clearInterval(load);
await setTimeout(2_000);
process.stdout.write(
  `${JSON.stringify({ restarts, seconds: Math.round((performance.now() - startedMs) / 1000), ...counts, failures: Object.fromEntries(failures) })}\n`,
);
for (const replica of replicas) replica.process.kill('SIGKILL');
agent.destroy();
passThrough.close();
await world.end();
await plane.end();
process.exit(counts.failed === 0 ? 0 : 1);

async function makeCertificates(path: string): Promise<void> {
  const { ca, cert, key } = await makeSelfSigned(new Date(), 1);
  await Promise.all([writeFile(`${path}.crt`, cert), writeFile(`${path}.key`, key), writeFile(`${path}.ca`, ca)]);
}
