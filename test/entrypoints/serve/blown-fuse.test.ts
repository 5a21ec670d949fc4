/** What people are told when very many images of one registry are denied, and what an operator sees of it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { type EmbeddedRegistry, startRegistry } from '../../../tools/embedded-registry/registry.ts';
import { aNode, aPod } from '../../support/api-objects.ts';
import { type RunningServe, startServe } from '../../support/serve.ts';

let registry: EmbeddedRegistry;
let serve: RunningServe;

beforeAll(async () => {
  registry = await startRegistry();
  registry.push('team/app', '1', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], 'app'));
  serve = await startServe({
    configuration: {
      mode: 'enforce',
      assume: { facts: 'complete' },
      egress: { allow: ['127.0.0.1'] },
      fuse: { references: 2 },
    },
    facts: [aNode()],
    registries: { 'registry.test': registry.url },
  });
});

afterAll(async () => {
  await serve.end();
  await registry.close();
});

let count = 0;

/** A new Pod with this image: `denied`, or the certainty with which it was let through. */
async function created(namespace: string, tag: string): Promise<string> {
  count += 1;
  const kind = { group: '', version: 'v1', kind: 'Pod' };
  const object = aPod({ name: `pod-${count}`, images: [`registry.test/team/app:${tag}`] });
  const request = { uid: `u-${count}`, kind, namespace, name: `pod-${count}`, operation: 'CREATE', object };
  const { allowed, auditAnnotations } = await serve.review(request);
  return allowed ? (auditAnnotations?.findings ?? '').replace(/^.* /, '') : 'denied';
}

async function demotions(): Promise<readonly string[]> {
  const answer = await fetch(`${serve.opsUrl}/metrics`);
  return (await answer.text()).split('\n').filter((line) => line.startsWith('pullgate_registry_demoted{'));
}

test('a mistake that is repeated under new names is denied each time', async () => {
  for (let number = 0; number < 5; number += 1) expect(await created('yard', 'missing')).toBe('denied');
  expect(await demotions()).toEqual([]);
});

test('of too many different images the findings of the registry only warn, in that namespace', async () => {
  const said: string[] = [];
  for (const tag of ['2', '3', '4', '5', '2']) said.push(await created('shop', tag));

  expect(said).toEqual(['denied', 'denied', 'denied', 'likely', 'likely']);
  expect(await created('yard', 'missing')).toBe('denied');
  expect(await demotions()).toEqual(['pullgate_registry_demoted{registry="registry.test",cause="fuse"} 1']);
  expect(serve.log.filter(({ level }) => level === 'warn')).toMatchObject([
    {
      registry: 'registry.test',
      namespace: 'shop',
      msg: 'too many different images were denied in namespace shop of one registry, so its findings only warn there for a while',
    },
  ]);
});
