import { expect, test } from 'vitest';
import { isAtLeast, type Puller, pullersOf } from '../../../src/core/content/puller.ts';

const shown = ({ generation, path, followsRewrites }: Puller): string =>
  `${generation} ${path}${followsRewrites ? ' of k3s' : ''}`;

test.each([
  [1, 6, ['1.7 local']],
  [1, 7, ['1.7 local']],
  [2, 0, ['2.0 local']],
  [2, 1, ['2.1 transfer', '2.1 local']],
  [2, 4, ['2.4 transfer', '2.4 local']],
  [2, 17, ['2.4 transfer', '2.4 local']],
  [3, 0, ['2.4 transfer', '2.4 local']],
])('containerd %i.%i pulls by default, and perhaps', (major, minor, expected) => {
  expect(pullersOf({ major, minor }).map(shown)).toEqual(expected);
});

test('the containerd of k3s pulls in the same ways, and follows rewrites', () => {
  expect(pullersOf({ major: 2, minor: 1, followsRewrites: true }).map(shown)).toEqual([
    '2.1 transfer of k3s',
    '2.1 local of k3s',
  ]);
});

test('an unknown version pulls in any way, the newest first, each behaviour once', () => {
  expect(pullersOf(undefined).map(shown)).toEqual([
    '2.4 transfer',
    '2.4 local',
    '2.3 transfer',
    '2.3 local',
    '2.2 transfer',
    '2.2 local',
    '2.0 local',
    '1.7 local',
    '2.4 transfer of k3s',
    '1.7 local of k3s',
  ]);
});

test.each([
  ['2.1', '2.1', true],
  ['2.1', '2.2', false],
  ['2.0', '1.7', true],
] as const)('%s is at least %s: %s', (generation, since, expected) => {
  expect(isAtLeast(generation, since)).toBe(expected);
});
