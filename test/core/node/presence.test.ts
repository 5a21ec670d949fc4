import { expect, test } from 'vitest';
import { presenceOf } from '../../../src/core/node/presence.ts';
import { aNode } from './builders.ts';

const byTag = aNode('tag', { images: [{ names: ['docker.io/library/nginx@sha256:ab', 'docker.io/library/nginx:1'] }] });
const byDigest = aNode('digest', { images: [{ names: ['x'] }, { names: ['docker.io/library/nginx@sha256:ab'] }] });
const without = aNode('without', { images: [{ names: null }, null] });

test.each([
  ['a tag', ['docker.io/library/nginx:1'], [byTag]],
  ['a digest', ['docker.io/library/nginx@sha256:ab'], [byTag, byDigest]],
  ['either', ['docker.io/library/nginx:2', 'docker.io/library/nginx@sha256:ab'], [byTag, byDigest]],
])('by %s on some nodes', (_, references, reporting) => {
  expect(presenceOf(references, [byTag, byDigest, without])).toEqual({ kind: 'somewhere', reporting });
});

test('on all nodes', () => {
  expect(presenceOf(['docker.io/library/nginx@sha256:ab'], [byTag, byDigest])).toEqual({
    kind: 'everywhere',
    reporting: [byTag, byDigest],
  });
});

test.each([
  ['another spelling', ['nginx:1'], [byTag]],
  ['another tag', ['docker.io/library/nginx:2'], [byTag]],
  ['no reference', [], [byTag]],
  ['__proto__', ['__proto__'], [byTag, without]],
  ['no candidates', ['docker.io/library/nginx:1'], []],
])('nowhere: %s', (_, references, candidates) => {
  expect(presenceOf(references, candidates)).toEqual({ kind: 'nowhere' });
});
