import { expect, test } from 'vitest';
import { openFuseBox } from '../../../src/entrypoints/serve/fuse.ts';
import type { FuseObject } from '../../../src/sources/cluster/fuse-object.ts';
import { startFuseCluster } from '../../support/fuse-cluster.ts';

const fuse = { kind: 'fuse', references: 3, windowMs: 60_000, holdMs: 600_000 } as const;
const reset = '; to reset it, delete ConfigMap pullgate-fuse';
const here = 'the fuse has blown because more than 3 images of this registry were denied in this namespace';
const signal = new AbortController().signal;

function aBox(object?: FuseObject, settings: Parameters<typeof openFuseBox>[0] = fuse) {
  const clock = { nowMs: 1_000_000 };
  const warnings: string[] = [];
  const blown: string[] = [];
  const box = openFuseBox(settings, {
    ...(object && { object }),
    onAlone: () => warnings.push('alone'),
    nowMs: () => clock.nowMs,
    onBlown: (registry) => blown.push(registry),
  });
  const deny = (reference: string, namespace = 'shop') =>
    box.denied(namespace, [{ registry: 'registry.test', reference }], signal);
  const reason = async (namespace = 'shop', registry = 'registry.test') =>
    (await box.look(signal))(registry, namespace);
  return { clock, box, deny, reason, blown, warnings };
}

test('of one process: more distinct references than are allowed, for as long as it is held', async () => {
  const { clock, box, deny, reason, blown } = aBox();

  const answers = [];
  for (const reference of ['a', 'b', 'c', 'c', 'd']) answers.push((await deny(reference)).length);
  expect(answers).toEqual([0, 0, 0, 0, 1]);
  expect(await reason()).toBe(here);
  expect(await reason('yard')).toBeUndefined();
  expect(await reason('shop', 'other.test')).toBeUndefined();
  expect([box.isBlown('registry.test'), box.isBlown('other.test'), blown]).toEqual([true, false, ['registry.test']]);
  clock.nowMs += 600_000;
  expect(await reason()).toBeUndefined();
  expect(box.isBlown('registry.test')).toBe(false);
});

test('of three replicas: what one denies counts for all, and all say the same', async () => {
  const { stored, aReplica } = await startFuseCluster();
  const replicas = [aBox(aReplica()), aBox(aReplica()), aBox(aReplica())];

  for (const [number, reference] of ['a', 'b', 'c', 'd'].entries()) await replicas[number % 3]?.deny(reference);
  expect(await Promise.all(replicas.map(({ reason }) => reason()))).toEqual(Array(3).fill(`${here}${reset}`));
  expect(replicas.map(({ blown }) => blown.includes('registry.test'))).toEqual([true, true, true]);
  // Whoever deletes the object resets all of them.
  stored.object = undefined;
  expect(await Promise.all(replicas.map(({ reason }) => reason()))).toEqual([undefined, undefined, undefined]);
});

test('of a mistake that is repeated a hundred times one is written', async () => {
  const { aReplica, methods } = await startFuseCluster();
  const { deny } = aBox(aReplica());

  for (let count = 0; count < 100; count += 1) await deny('a');
  expect(methods().filter((method) => method !== 'GET')).toEqual(['POST']);
});

test('in three namespaces it blows everywhere', async () => {
  const { deny, reason } = aBox();

  for (const namespace of ['shop', 'yard', 'farm'])
    for (const reference of ['a', 'b', 'c', 'd']) await deny(reference, namespace);
  expect(await reason('any')).toBe(
    'the fuse has blown because more than 3 images of this registry were denied in 3 namespaces',
  );
});

test('without the right each replica has its own, which is said once, until the right is granted', async () => {
  const { refused, aReplica } = await startFuseCluster('GET');
  const { deny, reason, warnings } = aBox(aReplica());

  for (const reference of ['a', 'b', 'c', 'd']) await deny(reference);
  expect(await reason()).toBe(here);
  expect(warnings).toEqual(['alone']);
  refused.clear();
  await deny('e', 'yard');
  expect(await reason()).toBeUndefined();
  refused.add('GET');
  await deny('f', 'yard');
  expect(warnings).toEqual(['alone', 'alone']);
});

test('where it can be read but not made, reading nothing forgets nothing', async () => {
  const { aReplica } = await startFuseCluster('POST');
  const { deny, reason, warnings } = aBox(aReplica());

  for (const reference of ['a', 'b', 'c', 'd']) await deny(reference);
  expect(await reason()).toBe(here);
  expect(warnings).toEqual(['alone']);
});

test('can be switched off', async () => {
  const { box, deny, reason } = aBox(undefined, { kind: 'none' });

  for (let count = 0; count < 100; count += 1) expect(await deny(`r${count}`)).toEqual([]);
  expect(await reason()).toBeUndefined();
  expect(box.isBlown('registry.test')).toBe(false);
});
