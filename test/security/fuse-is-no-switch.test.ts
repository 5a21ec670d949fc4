/** One namespace that is refused again and again does not end enforcement for the others (contract §3, the fuse). */
import { expect, onTestFinished, test } from 'vitest';
import { startRegistry } from '../../tools/embedded-registry/registry.ts';
import { aNode, aPod } from '../support/api-objects.ts';
import { startServe } from '../support/serve.ts';

test('of two namespaces with twelve refused Pods each, a third one is still refused', async () => {
  const registry = await startRegistry();
  const serve = await startServe({
    configuration: { mode: 'enforce', assume: { facts: 'complete' }, egress: { allow: ['127.0.0.1'] } },
    facts: [aNode()],
    registries: { 'registry.test': registry.url },
  });
  onTestFinished(async () => {
    await serve.end();
    await registry.close();
  });
  const isAllowed = async (namespace: string, tag: string) => {
    const kind = { group: '', version: 'v1', kind: 'Pod' };
    const object = aPod({ namespace, images: [`registry.test/team/app:${tag}`] });
    const request = { uid: `${namespace}-${tag}`, kind, namespace, name: 'web', operation: 'CREATE', object };
    return (await serve.review(request)).allowed;
  };
  const refusals = ['one', 'two'].flatMap((namespace) =>
    Array.from({ length: 12 }, (_, index) => isAllowed(namespace, `missing-${index}`)),
  );
  await Promise.all(refusals);

  expect(await isAllowed('one', 'another')).toBe(true);
  expect(await isAllowed('two', 'another')).toBe(true);
  expect(await isAllowed('shop', 'another')).toBe(false);
});
