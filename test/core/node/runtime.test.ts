import { expect, test } from 'vitest';
import { parseContainerRuntime } from '../../../src/core/node/runtime.ts';

test.each([
  ['containerd://2.1.4', 2, 1],
  ['containerd://v2.3.4', 2, 3],
  ['containerd://2.0.0-rc.3', 2, 0],
  ['containerd://1.6.20~ds1', 1, 6],
  ['containerd://2.10', 2, 10],
])('%j is containerd %i.%i', (text, major, minor) => {
  expect(parseContainerRuntime(text)).toEqual({ kind: 'containerd', major, minor });
});

test.each([
  ['containerd://1.7.27-k3s1', 1, 7],
  ['containerd://2.1.5-k3s1.33', 2, 1],
])('%j is the containerd %i.%i of k3s', (text, major, minor) => {
  expect(parseContainerRuntime(text)).toEqual({ kind: 'containerd', major, minor, followsRewrites: true });
});

test.each([
  'containerd://Unknown',
  'containerd://',
  'containerd://2',
  'containerd://.1',
  `containerd://2.${'1'.repeat(1_000_000)}`,
])('%.40j is containerd of unknown version', (text) => {
  expect(parseContainerRuntime(text)).toEqual({ kind: 'containerd-of-unknown-version' });
});

test.each([
  ['cri-o://1.33.0', 'cri-o'],
  ['docker://28.0.1', 'docker'],
  ['Containerd://2.1.4', 'Containerd'],
  ['remote://Unknown', 'remote'],
])('%j is another runtime, %s', (text, name) => {
  expect(parseContainerRuntime(text)).toEqual({ kind: 'other', name });
});

test.each(['', 'containerd', 'containerd:/2.1.4', '://2.1.4'])('%j tells nothing', (text) => {
  expect(parseContainerRuntime(text)).toEqual({ kind: 'unknown' });
});
