/**
 * A tenant who does what it can to keep others waiting, all the time: huge manifests, hosts that never answer, realms of another
 * registry, masses of tags, reviews that are no reviews. A process of its own with a registry of its own.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { hostileName, registryName } from '../reviews.ts';

/** Where the webhook listens, and whose token server the tenant would like to have silenced. */
type Target = { readonly url: string; readonly victimUrl: string; readonly perSecond: number };

const callers = 4;
let victimUrl = '';
const hugeManifest = Buffer.from(`{"schemaVersion":2,"manifests":[${'{},'.repeat(1_390_000)}{}]}`);
const hugeDigest = `sha256:${createHash('sha256').update(hugeManifest).digest('hex')}`;

function answer({ method, url = '', headers }: IncomingMessage, response: ServerResponse): void {
  const [, repository = ''] = /^\/v2\/([^/]+)/.exec(url) ?? [];
  if (repository === 'silent') return;
  if (repository === 'realm' && headers.authorization === undefined) {
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${victimUrl}/token",service="x"` }).end();
    return;
  }
  if (repository === 'limit') {
    response.writeHead(429, { 'retry-after': '900' }).end();
    return;
  }
  const type = 'application/vnd.oci.image.index.v1+json';
  response.writeHead(200, { 'content-type': type, 'docker-content-digest': hugeDigest });
  response.end(method === 'HEAD' ? undefined : hugeManifest);
}

const registry = createServer(answer).listen(0, '127.0.0.1');
await once(registry, 'listening');
const { port } = registry.address() as AddressInfo;
process.send?.(`http://127.0.0.1:${port}`);

function podOf(images: readonly string[], spec: object = {}): string {
  const containers = images.map((image, index) => ({ name: `c${index}`, image, imagePullPolicy: 'Always' }));
  return reviewOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, spec: { containers, ...spec } });
}

function reviewOf(object: unknown): string {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const asked = { uid: 'u', kind, namespace: 'hostile', name: 'x', operation: 'CREATE', object };
  return JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: asked });
}

let turn = 0;
const many = (count: number, image: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => image(index));
const attacks: readonly (() => string)[] = [
  () => podOf(many(20, () => `${hostileName}/huge/app:1`)),
  () => podOf(many(256, (index) => `${hostileName}/silent/${turn}-${index}:1`)),
  () => podOf(many(20, (index) => `${hostileName}/realm/${turn}-${index}:1`)),
  () => podOf(many(20, (index) => `${hostileName}/limit/${turn}-${index}:1`)),
  () => podOf(many(150, (index) => `${registryName}/team/app-1:missing-${turn}-${index}`)),
  () => podOf(many(2_000, (index) => `host-${turn}-${index}.invalid:5000/a`)),
  () => podOf(['a'], { tolerations: many(20_000, () => 'x').map(() => ({ operator: 'Exists' })) }),
  () => reviewOf(many(300_000, () => '').map(() => ({}))),
  () => `{"request":${'[{"a":'.repeat(150_000)}`,
  () => reviewOf({ apiVersion: 'v1', kind: 'Pod', spec: { containers: many(100_000, () => '').map(() => 1) } }),
];

process.on('message', (target: Target) => {
  ({ victimUrl } = target);
  for (let caller = 0; caller < callers; caller += 1) void attack(target, new Agent({ keepAlive: true }));
});

/** As fast as an API server lets one user create Pods, which is not as fast as it can. */
async function attack({ url, perSecond }: Target, agent: Agent): Promise<never> {
  for (;;) {
    turn += 1;
    const dueMs = performance.now() + (callers * 1_000) / perSecond;
    const body = attacks[turn % attacks.length]?.() ?? '';
    await post(`${url}/validate?timeout=5s`, agent, body);
    await setTimeout(Math.max(0, dueMs - performance.now()));
  }
}

/** Whatever comes back. */
function post(url: string, agent: Agent, body: string): Promise<void> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options = { method: 'POST', agent, headers, timeout: 10_000, rejectUnauthorized: false };
    const call = request(url, options, (reply) => reply.resume().once('close', resolve));
    call.once('timeout', () => call.destroy());
    call.once('error', () => resolve());
    call.end(body);
  });
}
