/** The policy of examples/, as a real API server takes it. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../tools/cluster/control-plane.ts';
import { aPod } from '../support/api-objects.ts';
import type { RegistryWorld } from '../support/registry-world.ts';
import { aNamespace, aWeb, until } from './objects.ts';
import { kubectlOf, openWorld, type Stage } from './stage.ts';

const file = join(import.meta.dirname, '../../examples/validating-admission-policy.yaml');

let plane: ControlPlane;
let world: RegistryWorld;
let kubectl: Stage['kubectl'];

beforeAll(async () => {
  plane = await startControlPlane(process.env.KUBEBUILDER_ASSETS ?? '');
  world = await openWorld();
  kubectl = kubectlOf(plane, world);
  await kubectl(['apply', '-f', '-'], aNamespace('shop', 'off'));
  await until(async () => (await kubectl(['get', 'serviceaccount', '-n', 'shop'])).includes('default'));
  await kubectl(['apply', '-f', file]);
  await until(async () => (await tried('Shop App', 'Always')).includes('Warning'));
});

afterAll(async () => {
  await world?.end();
  await plane?.end();
});

async function tried(image: string, imagePullPolicy: string): Promise<string> {
  const pod = aPod({ name: 'one', namespace: 'shop', images: [image] });
  const containers = pod.spec.containers.map((container) => ({ ...container, imagePullPolicy }));
  return kubectl(['create', '--dry-run=server', '-f', '-'], { ...pod, spec: { ...pod.spec, containers } });
}

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['Shop App', 'Always', 'invalid image name: Shop App [invalid-image-name]'],
  ['nginx:latest', 'IfNotPresent', 'nodes may run different images: nginx:latest [mutable-tag-always-local]'],
  [`nginx@${digest}`, 'Always', `imagePullPolicy Always with a digest: nginx@${digest} [needless-always]`],
])('%s with %s is warned about', async (image, policy, text) => {
  expect(await tried(image, policy)).toContain(text);
});

test.each([
  ['nginx:1.27', 'IfNotPresent'],
  ['nginx:latest', 'Always'],
  [`nginx@${digest}`, 'IfNotPresent'],
  ['[fd00::1]:5000/team/app:1', 'IfNotPresent'],
])('%s with %s is not', async (image, policy) => {
  expect(await tried(image, policy)).toBe('pod/one created (server dry run)');
});

test('templates are looked at as well', async () => {
  expect(await kubectl(['create', '--dry-run=server', '-f', '-'], aWeb('web', 'Shop App'))).toContain(
    'invalid image name: Shop App [invalid-image-name]',
  );
});
