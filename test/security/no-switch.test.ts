/** S31, S32: what a Pod creator writes neither switches the examination off nor hides an image from it. */
import { beforeAll, expect, test } from 'vitest';
import { startRegistry } from '../../tools/embedded-registry/registry.ts';
import { aNode, aPod } from '../support/api-objects.ts';
import { type RunningServe, startServe } from '../support/serve.ts';

let serve: RunningServe;
beforeAll(async () => {
  const registry = await startRegistry();
  serve = await startServe({
    configuration: {
      mode: 'enforce',
      fuse: { references: 0 },
      assume: { nodeCredentials: 'none', facts: 'complete' },
      egress: { allow: ['127.0.0.1'] },
    },
    facts: [aNode(), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }],
    registries: { 'registry.example': registry.url, 'docker.io': registry.url },
  });
  return async () => {
    await serve.end();
    await registry.close();
  };
});

const absent = 'registry.example/absent:1';

async function isDenied(pod: object): Promise<boolean> {
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const userInfo = { username: 'mallory' };
  const { allowed } = await serve.review({
    uid: 'u',
    kind,
    namespace: 'shop',
    operation: 'CREATE',
    userInfo,
    object: pod,
  });
  return !allowed;
}

const keys = ['pullgate.dev/mode', 'pullgate.dev/skip', 'pullgate.dev/ignore', 'admission.pullgate.dev/ignore'];

test.each(keys.flatMap((key) => ['labels', 'annotations'].map((where) => ({ where, key }))))(
  '$key among the $where of a Pod',
  async ({ where, key }) => {
    const { metadata, ...pod } = aPod({ images: [absent] });

    expect(await isDenied({ ...pod, metadata: { ...metadata, [where]: { [key]: 'off' } } })).toBe(true);
  },
);

test('a forged ownerReference of a person does', async () => {
  // It stands for a controller, whose Pods are not rejected; what it lets through still waits with an Event and a count.
  const { metadata, ...pod } = aPod({ images: [absent] });
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'forged', uid: 'u', controller: true };

  expect(await isDenied({ ...pod, metadata: { ...metadata, ownerReferences: [owner] } })).toBe(false);
});

const container = { name: 'good', image: 'registry.example/absent:2' };

test.each([
  { what: 'an init container', spec: { initContainers: [{ name: 'init', image: absent }] } },
  { what: 'a sidecar', spec: { initContainers: [{ name: 'init', image: absent, restartPolicy: 'Always' }] } },
  { what: 'a volume', spec: { volumes: [{ name: 'v', image: { reference: absent } }] } },
])('an image of $what is examined', async ({ spec }) => {
  const pod = aPod({ images: [], spec: { containers: [{ ...container, image: '' }], ...spec } });

  expect(await isDenied(pod)).toBe(true);
});

test.each(['absent', 'docker.io/absent', 'index.docker.io/library/absent:latest', 'docker.io/library/absent:1'])(
  'Docker Hub is Docker Hub, as %s',
  async (image) => {
    expect(await isDenied(aPod({ images: [image] }))).toBe(true);
  },
);
