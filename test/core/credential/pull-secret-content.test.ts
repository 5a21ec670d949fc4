import { expect, test } from 'vitest';
import { pullSecretContentOf } from '../../../src/core/credential/pull-secret-content.ts';
import { secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';
import { aPullSecret, aSecretFor } from '../../support/pull-secrets.ts';

const empty = secretBytesOf('');
const document = secretBytesOf('{"auths":{"a.io":{"auth":"!"}}}');

test.each([
  [
    'another type, whatever it holds',
    { type: 'Opaque', data: new Map([['.dockerconfigjson', document]]) },
    { kind: 'other-type', type: 'Opaque', holds: ['.dockerconfigjson'] },
  ],
  ['another spelling of the type', { type: 'kubernetes.io/DockerConfigJson' }, { kind: 'other-type', holds: [] }],
  ['a name of the prototype as type', { type: '__proto__' }, { kind: 'other-type', type: '__proto__' }],
  [
    'the key of the other type',
    { data: new Map([['.dockercfg', document]]) },
    { kind: 'key-missing', key: '.dockerconfigjson' },
  ],
  ['no content', { data: new Map([['.dockerconfigjson', empty]]) }, { kind: 'key-empty', key: '.dockerconfigjson' }],
  ['a dockercfg without its key', { type: 'kubernetes.io/dockercfg' }, { kind: 'key-missing', key: '.dockercfg' }],
])('is ignored: %s', (_name, fields, why) => {
  expect(pullSecretContentOf(aPullSecret(fields))).toMatchObject({ kind: 'ignored', why });
});

test('is decoded by its type', () => {
  const dockercfg = { type: 'kubernetes.io/dockercfg', data: new Map([['.dockercfg', secretBytesOf('{"auths":{}}')]]) };

  expect(pullSecretContentOf(aSecretFor(['a.io', 'b.io']))).toMatchObject({ kind: 'decoded', entries: [{}, {}] });
  expect(pullSecretContentOf(aPullSecret(dockercfg))).toMatchObject({
    kind: 'decoded',
    entries: [{ key: { ok: true } }],
  });
  expect(pullSecretContentOf(aPullSecret({ data: new Map([['.dockerconfigjson', document]]) })).kind).toBe(
    'undecodable',
  );
});
