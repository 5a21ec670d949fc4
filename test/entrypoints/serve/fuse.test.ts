import { expect, test } from 'vitest';
import { openFuseBox } from '../../../src/entrypoints/serve/fuse.ts';

const fuse = { kind: 'fuse', workloads: 3, windowMs: 60_000, holdMs: 600_000 } as const;
const blown = 'too many workloads were denied because of this registry; it is not believed for a while';

function aBox(settings: Parameters<typeof openFuseBox>[0] = fuse) {
  const clock = { nowMs: 1_000 };
  return { clock, box: openFuseBox(settings, () => clock.nowMs) };
}

test('blows of more distinct workloads than are allowed, for this registry alone, and for as long as it is held', () => {
  const { clock, box } = aBox();

  const answers = ['a', 'b', 'c', 'c', 'd'].map((name) => box.denied('registry.test', 'shop', name));
  expect(answers).toEqual([false, false, false, false, true]);
  expect(box.blownFor('registry.test')).toBe(blown);
  expect(box.blownFor('other.test')).toBeUndefined();
  clock.nowMs += 600_000;
  expect(box.blownFor('registry.test')).toBeUndefined();
});

test('blows of denials in more than three namespaces', () => {
  const { box } = aBox({ ...fuse, workloads: 100 });

  const answers = ['a', 'b', 'c', 'd'].map((namespace) => box.denied('registry.test', namespace, 'web'));
  expect(answers).toEqual([false, false, false, true]);
});

test('forgets denials that are older than its window', () => {
  const { clock, box } = aBox();
  const deny = (name: string) => {
    clock.nowMs += 20_001;
    return box.denied('registry.test', 'shop', name);
  };

  expect(['a', 'b', 'c', 'd', 'e', 'f'].map(deny)).toEqual([false, false, false, false, false, false]);
});

test('can be switched off', () => {
  const { box } = aBox({ kind: 'none' });

  for (let count = 0; count < 1_000; count += 1) expect(box.denied('registry.test', `n${count}`, 'web')).toBe(false);
  expect(box.blownFor('registry.test')).toBeUndefined();
});
