import { expect, test } from 'vitest';
import { lookUp } from '../../../src/core/credential/keyring.ts';
import { readDockerConfig } from '../../../src/sources/node-files/docker-config.ts';
import { directoryWith, dockerConfigFor } from './tree.ts';

test('credentials are those of the node, with the file that they are from', async () => {
  const path = `${await directoryWith({ 'config.json': dockerConfigFor('a.example', 'robot:geheim') })}/config.json`;
  const read = await readDockerConfig(path);
  if (!read.ok) throw new Error(read.problem);
  const { credentials } = lookUp([read.keyring], 'a.example/app');
  expect(credentials.map(({ origin }) => origin)).toEqual([{ source: 'node-config', path, key: 'a.example' }]);
  expect(new TextDecoder().decode(credentials[0]?.password.reveal())).toBe('geheim');
});

test.each([
  ['{"auths":', 'the kubelet cannot decode it (unexpected end of JSON input); correct it'],
  [
    '{"auths":{"a.example":{"auth":"Z2VoZWlt"}}}',
    'the kubelet cannot decode it (unable to parse auth field, must be formatted as base64(username:password)); correct it',
  ],
  [' '.repeat(1024 * 1024 + 1), 'is larger than 1 MiB'],
])('a file that was named and is no docker config: %#', async (content, problem) => {
  const path = `${await directoryWith({ 'config.json': content })}/config.json`;
  expect(await readDockerConfig(path)).toEqual({ ok: false, problem: `${path}: ${problem}` });
});

test('no file', async () => {
  expect(await readDockerConfig('/nowhere/config.json')).toEqual({
    ok: false,
    problem: '/nowhere/config.json: does not exist',
  });
});
