/** F2: one of two replicas is killed under load. */
import { beforeAll, expect, test } from 'vitest';
import { buildImage } from '../../tools/embedded-registry/image.ts';
import { type EmbeddedRegistry, startRegistry } from '../../tools/embedded-registry/registry.ts';
import { aNode, aPod } from '../support/api-objects.ts';
import { type RunningServe, startServe } from '../support/serve.ts';

let registry: EmbeddedRegistry;
let replicas: readonly [RunningServe, RunningServe];
beforeAll(async () => {
  registry = await startRegistry();
  registry.push('app', '1', buildImage({ os: 'linux', architecture: 'amd64' }, 'app'));
  const world = {
    configuration: { mode: 'enforce', egress: { allow: ['127.0.0.1'] }, assume: { nodeCredentials: 'none' } },
    facts: [aNode(), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }],
    registries: { 'registry.example': registry.url },
  };
  replicas = await Promise.all([startServe(world), startServe(world)]);
  return async () => {
    await Promise.all(replicas.map(({ end }) => end()));
    await registry.close();
  };
});

const review = (replica: RunningServe) =>
  replica
    .review({
      uid: 'u',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: { username: 'jo' },
      object: aPod({ images: ['registry.example/app:1'] }),
    })
    .then(
      ({ allowed }) => (allowed ? 'allowed' : 'denied'),
      () => 'failed',
    );

test('calls that were under way there fail, and no others', async () => {
  const [killed, other] = replicas;
  const calls = Array.from({ length: 200 }, (_, number) => review(number % 2 === 0 ? killed : other));
  await calls[0];
  killed.signal('SIGKILL');
  const outcomes = await Promise.all(calls);
  const after = await Promise.all(Array.from({ length: 100 }, () => review(other)));

  expect(outcomes.filter((_, number) => number % 2 === 1)).toEqual(Array<string>(100).fill('allowed'));
  expect(after).toEqual(Array<string>(100).fill('allowed'));
  expect(await killed.ended).toBeNull();
  expect(await review(killed)).toBe('failed');
});
