import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { parseNode } from '../../../src/core/node/node.ts';
import { type ShareString, sharedStrings } from '../../../src/core/node/shared-strings.ts';
import { aNodeObject } from './builders.ts';

test('gives back equal strings, __proto__ among them', () => {
  const share = sharedStrings();

  expect(['a', '__proto__', 'a', '', '__proto__'].map(share)).toEqual(['a', '__proto__', 'a', '', '__proto__']);
});

test('goes on after its limit', () => {
  const share = sharedStrings(2);
  const names = Array.from({ length: 10 }, (_, index) => `image:${index}`);

  expect([...names, ...names].map(share)).toEqual([...names, ...names]);
});

test('nodes that list the same images take less than half the memory', () => {
  // What is compiled and cached at the first call counts for neither.
  heapOf(60, sharedStrings());
  const shared = heapOf(300, sharedStrings());
  const apart = heapOf(300, (text) => text);

  expect(shared).toBeLessThan(apart / 2);
});

/** Bytes that so many nodes hold, read from JSON, each with the same 50 images. */
function heapOf(count: number, share: ShareString): number {
  const images = Array.from({ length: 50 }, (_, index) => ({ names: [`registry.example/${'a'.repeat(80)}:${index}`] }));
  const json = JSON.stringify(aNodeObject('n', { images }));
  const before = usedHeap();
  const nodes = Array.from({ length: count }, () => parseNode(JSON.parse(json), share));
  const held = usedHeap() - before;
  expect(nodes).toHaveLength(count);
  return held;
}

function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
