import { expect, test } from 'vitest';
import {
  nodeDockerConfigOf,
  nodeDockerConfigPlaces,
  nodeKeyringOf,
} from '../../../src/core/credential/node-docker-config.ts';
import { secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';

const file = (path: string, content: string, shape: 'auths' | 'dockercfg' = 'auths') => ({
  path,
  shape,
  content: secretBytesOf(content),
});

test('every config.json is looked for before any .dockercfg', () => {
  expect(nodeDockerConfigPlaces.map(({ shape }) => shape)).toEqual([
    ...Array.from({ length: 4 }, () => 'auths'),
    ...Array.from({ length: 4 }, () => 'dockercfg'),
  ]);
});

test('the first file that can be decoded is the only one', () => {
  const files = [file('a', '{"auths":{"a":5}}'), file('b', ''), file('c', '{}'), file('d', '{"auths":{"a.io":{}}}')];

  expect(nodeDockerConfigOf(files)).toMatchObject({
    chosen: { path: 'c', config: { kind: 'decoded', entries: [] } },
    skipped: [{ path: 'a' }, { path: 'b', error: 'unexpected end of JSON input' }],
  });
});

test('a file is read in its own shape', () => {
  const config = nodeDockerConfigOf([file('.dockercfg', '{"a.io":{"username":"u"}}', 'dockercfg')]);

  expect(nodeKeyringOf(config).slots.map(({ index }) => index)).toEqual(['a.io']);
});

test('without a file there are no credentials', () => {
  expect(nodeDockerConfigOf([])).toEqual({ skipped: [] });
  expect(nodeKeyringOf({ skipped: [] }).slots).toEqual([]);
});
