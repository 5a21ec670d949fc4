/**
 * What the nodes of a large cluster take in memory: `serve` against an API server on loopback that lists and watches
 * them. NODE_OPTIONS=--max-semi-space-size=8 tries the size of the young generation, which decides most.
 * node bench/cluster-memory.ts [NODES] [IMAGES_PER_NODE] [EVENTS] [PROGRAM, such as dist/main.js]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { makeSelfSigned } from '../src/entrypoints/serve/self-signed.ts';
import { benchNode } from './cluster-node.ts';

const [nodes = 5_000, imagesPerNode = 50, events = 500] = process.argv.slice(2, 5).map(Number);
const program = process.argv[5] ?? join(import.meta.dirname, '../src/main.ts');
const namespaces = 200;
const settleMs = 10_000;

const directory = await mkdtemp(join(tmpdir(), 'pullgate-memory-'));
const { ca, cert, key } = await makeSelfSigned(new Date(), 1);
const [certPath, keyPath] = [join(directory, 'tls.crt'), join(directory, 'tls.key')];
await Promise.all([writeFile(certPath, cert), writeFile(keyPath, key)]);

type Api = { readonly url: string; readonly watches: Map<string, ServerResponse>; readonly close: () => void };

async function startApi(nodeCount: number): Promise<Api> {
  const watches = new Map<string, ServerResponse>();
  const itemOf: Readonly<Record<string, (index: number) => object>> = {
    '/api/v1/nodes': (index) => benchNode({ index, images: imagesPerNode, version: index + 1 }),
    '/api/v1/namespaces': (index) => ({ metadata: { name: `namespace-${index}`, labels: { team: `team-${index}` } } }),
  };
  const countOf: Readonly<Record<string, number>> = { '/api/v1/nodes': nodeCount, '/api/v1/namespaces': namespaces };
  const answer = ({ url = '' }: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(url, 'https://api.test');
    const item = itemOf[pathname];
    const count = countOf[pathname];
    if (item === undefined || count === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/json' });
    if (searchParams.has('watch')) {
      response.flushHeaders();
      return void watches.set(pathname, response);
    }
    const first = Number(searchParams.get('continue') ?? 0);
    const next = Math.min(first + Number(searchParams.get('limit')), count);
    const metadata = { resourceVersion: '100000', ...(next < count && { continue: String(next) }) };
    const items = Array.from({ length: next - first }, (_, index) => item(first + index));
    return void response.end(JSON.stringify({ kind: 'List', apiVersion: 'v1', metadata, items }));
  };
  const server = createServer({ cert, key }, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, watches, close };
}

type Measured = { readonly residentMiB: number; readonly heapUsedMiB: number };

async function measure(opsUrl: string): Promise<Measured> {
  const text = await (await fetch(`${opsUrl}/metrics`)).text();
  const mebibytesOf = (name: string) =>
    Math.round(Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]) / 2 ** 20);
  return {
    residentMiB: mebibytesOf('process_resident_memory_bytes'),
    heapUsedMiB: mebibytesOf('nodejs_heap_size_used_bytes'),
  };
}

async function run(nodeCount: number) {
  const api = await startApi(nodeCount);
  const kubeconfig = join(directory, 'kubeconfig');
  const cluster = { server: api.url, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  await writeFile(
    kubeconfig,
    JSON.stringify({
      clusters: [{ name: 'bench', cluster }],
      users: [{ name: 'bench', user: { token: 'bench' } }],
      contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
      'current-context': 'bench',
    }),
  );
  const startedMs = performance.now();
  const args = ['--kubeconfig', kubeconfig, '--tls-cert', certPath, '--tls-key', keyPath];
  const anyPort = '127.0.0.1:0';
  const child = spawn(process.execPath, [program, 'serve', ...args, '--listen', anyPort, '--ops-listen', anyPort], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const opsUrl = await opsUrlOf(child.stdout);
  while ((await fetch(`${opsUrl}/readyz`)).status !== 200) await setTimeout(20);
  const secondsToReady = Math.round((performance.now() - startedMs) / 100) / 10;
  await setTimeout(settleMs);
  const listed = await measure(opsUrl);
  const watch = api.watches.get('/api/v1/nodes');
  for (let event = 0; event < (nodeCount === 0 ? 0 : events); event += 1) {
    const object = benchNode({ index: event % nodeCount, images: imagesPerNode, version: 100_001 + event });
    watch?.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
    if (event % 50 === 49) await setTimeout(100);
  }
  await setTimeout(settleMs / 2);
  const watched = await measure(opsUrl);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  api.close();
  return { ...listed, secondsToReady, watched };
}

async function opsUrlOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const { url } = JSON.parse(line) as { readonly url?: string };
    if (!url?.startsWith('http://')) continue;
    output.resume();
    return url;
  }
  throw new Error('it ended before it listened');
}

const without = await run(0);
const withNodes = await run(nodes);
process.stdout.write(
  `${JSON.stringify({
    nodes,
    imagesPerNode,
    nodeBytes: JSON.stringify(benchNode({ index: 1, images: imagesPerNode, version: 1 })).length,
    residentMiB: withNodes.residentMiB,
    heapUsedMiB: withNodes.heapUsedMiB,
    secondsToReady: withNodes.secondsToReady,
    residentWithoutNodesMiB: without.residentMiB,
    events,
    residentAfterEventsMiB: withNodes.watched.residentMiB,
    heapUsedAfterEventsMiB: withNodes.watched.heapUsedMiB,
  })}\n`,
);
await rm(directory, { recursive: true });
