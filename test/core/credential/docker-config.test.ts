import { describe, expect, test } from 'vitest';
import { type DockerConfigShape, decodeDockerConfig } from '../../../src/core/credential/docker-config.ts';
import { SecretBytes, secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';
import { loginTextOf, textOf } from '../../support/pull-secrets.ts';

/** Key and login of each entry, or the error. */
function decode(document: string, shape: DockerConfigShape = 'auths'): unknown {
  const config = decodeDockerConfig(secretBytesOf(document), shape);
  if (config.kind === 'undecodable') return config.error;
  return config.entries.map(({ key, login }) => [key.ok ? key.key.written : key.written, loginTextOf(login)]);
}
const withAuths = (members: string) => `{"auths":{${members}}}`;

describe('reads', () => {
  test.each([
    ['user name and password', withAuths('"a":{"username":"u","password":"p"}'), [['a', 'u:p']]],
    ['auth before both', withAuths('"a":{"auth":"eDp5Onk=","username":"u","password":"p"}'), [['a', 'x:y:y']]],
    ['an empty auth is none', withAuths('"a":{"auth":"","username":"u"}'), [['a', 'u:']]],
    ['the last of two', withAuths('"a":{"username":"u","USERNAME":"v","username":null}'), [['a', 'v:']]],
    [
      'of equal keys the last',
      withAuths('"a":{"username":"u"},"b":null,"a":{}'),
      [
        ['a', ':'],
        ['b', ':'],
      ],
    ],
    [
      'two auths as one',
      '{"auths":{"a":{}},"AUTHS":{"b":{}}}',
      [
        ['a', ':'],
        ['b', ':'],
      ],
    ],
    ['null empties auths', '{"auths":{"a":{}},"auths":null}', []],
    ['a document that is null', 'null', []],
    ['no auths level', '{"a":{"username":"u"}}', []],
    [
      'names of the prototype',
      withAuths('"__proto__":{"username":"u"},"constructor":{}'),
      [
        ['__proto__', 'u:'],
        ['constructor', ':'],
      ],
    ],
    ['keys that are no URL', withAuths('"host:*":{"username":"u"}'), [['host:*', 'u:']]],
    ['headers that are texts or null', '{"HttpHeaders":{"a":"b","c":null},"auths":{}}', []],
  ])('%s', (_name, document, expected) => {
    expect(decode(document)).toEqual(expected);
  });

  test.each(['eDp5Onk=', 'eDp5Onk', String.raw`eDp5Onk=\r\n`])('auth %s up to its first colon as user name', (auth) => {
    const config = decodeDockerConfig(secretBytesOf(withAuths(`"a":{"auth":"${auth}"}`)), 'auths');

    const entries = config.kind === 'decoded' ? config.entries : [];
    expect(entries.map(({ login }) => [textOf(login.username), textOf(login.password)])).toEqual([['x', 'y:y']]);
  });

  test('bytes that are no UTF-8', () => {
    const config = decodeDockerConfig(secretBytesOf(withAuths('"a":{"auth":"/zr+"}')), 'auths');

    const [entry] = config.kind === 'decoded' ? config.entries : [];
    expect(entry?.login.username.reveal()).toEqual(Uint8Array.of(0xff));
    expect(entry?.login.password.reveal()).toEqual(Uint8Array.of(0xfe));
  });
});

describe("fails in the kubelet's words", () => {
  test.each([
    [
      withAuths('"a":5'),
      'json: cannot unmarshal number into Go struct field DockerConfigJSON.auths of type credentialprovider.dockerConfigEntryWithAuth',
    ],
    [
      withAuths('"a":{"password":true}'),
      'json: cannot unmarshal bool into Go struct field DockerConfigJSON.auths.password of type string',
    ],
    [
      withAuths('"a":{"auth":"!","email":7}'),
      'json: cannot unmarshal number into Go struct field DockerConfigJSON.auths.email of type string',
    ],
    [
      withAuths('"a":{"username":5,"username":"u"}'),
      'json: cannot unmarshal number into Go struct field DockerConfigJSON.auths.username of type string',
    ],
    [withAuths('"a":{"auth":"dTpw="}'), 'illegal base64 data at input byte 4'],
    [
      withAuths('"a":{"auth":"dXNlcg=="},"b":{"auth":"!"}'),
      'unable to parse auth field, must be formatted as base64(username:password)',
    ],
    [
      '{"auths":[]}',
      'json: cannot unmarshal array into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig',
    ],
    [
      '{"HttpHeaders":{"a":[]},"auths":"x"}',
      'json: cannot unmarshal array into Go struct field DockerConfigJSON.HttpHeaders of type string',
    ],
    [
      '{"auths":[],"HttpHeaders":5}',
      'json: cannot unmarshal array into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig',
    ],
    [
      '{"HttpHeaders":5}',
      'json: cannot unmarshal number into Go struct field DockerConfigJSON.HttpHeaders of type map[string]string',
    ],
    ['{"auths":[],"HttpHeaders":5,"auths":{"a":{"auth":"!"}}}', 'illegal base64 data at input byte 0'],
    ['"x"', 'json: cannot unmarshal string into Go value of type credentialprovider.DockerConfigJSON'],
    ['', 'unexpected end of JSON input'],
  ])('%s', (document, error) => {
    expect(decode(document)).toBe(error);
  });

  test.each([
    ['{"a":5}', 'json: cannot unmarshal number into Go value of type credentialprovider.dockerConfigEntryWithAuth'],
    [
      '{"a":{"auth":{}}}',
      'json: cannot unmarshal object into Go struct field dockerConfigEntryWithAuth.auth of type string',
    ],
    ['[]', 'json: cannot unmarshal array into Go value of type credentialprovider.DockerConfig'],
  ])('dockercfg %s', (document, error) => {
    expect(decode(document, 'dockercfg')).toBe(error);
  });
});

test('a dockercfg is the map itself', () => {
  expect(decode('{"auths":{"username":"u"},"a":null}', 'dockercfg')).toEqual([
    ['auths', 'u:'],
    ['a', ':'],
  ]);
  expect(decode('null', 'dockercfg')).toEqual([]);
});

describe('says what is at fault', () => {
  test.each([
    [withAuths('"b":{},"u:pw@a.io":{"auth":"!"}'), { kind: 'auth-not-base64', at: 0, key: '[redacted]@a.io' }],
    [withAuths('"a":{"auth":"dXNlcg=="}'), { kind: 'auth-without-colon', key: 'a' }],
    [withAuths('"a":[]'), { kind: 'entry-of-wrong-type', found: 'array', key: 'a' }],
    [
      withAuths('"host:*":{"username":1}'),
      { kind: 'entry-of-wrong-type', member: 'username', found: 'number', key: 'host:*' },
    ],
    ['{"auths":true}', { kind: 'wrong-type', where: 'auths', found: 'boolean' }],
    ['{"HttpHeaders":{"a":1}}', { kind: 'wrong-type', where: 'HttpHeaders', found: 'number' }],
    ['5', { kind: 'wrong-type', where: 'document', found: 'number' }],
    ['{', { kind: 'syntax' }],
  ])('%s', (document, fault) => {
    expect(decodeDockerConfig(secretBytesOf(document), 'auths')).toMatchObject({ kind: 'undecodable', fault });
  });
});

describe('shows what the kubelet ignores', () => {
  test('tokens of an entry', () => {
    const document = withAuths(
      '"a":{"IdentityToken":"t","registrytoken":""},"b":{"registrytoken":"t"},"c":{"identitytoken":5}',
    );
    const config = decodeDockerConfig(secretBytesOf(document), 'auths');

    const tokens = config.kind === 'decoded' && config.entries.map(({ login }) => login.ignoredTokens);
    expect(tokens).toEqual([['identitytoken'], ['registrytoken'], []]);
  });

  test.each([
    ['{"credsStore":"desktop"}', { hasCredsStore: true, registries: [] }],
    ['{"credHelpers":{"gcr.io":"gcloud","a.io":"x"}}', { hasCredsStore: false, registries: ['gcr.io', 'a.io'] }],
    ['{"credsStore":"","credHelpers":[]}', { hasCredsStore: false, registries: [] }],
  ])('%s', (document, helpers) => {
    expect(decodeDockerConfig(secretBytesOf(document), 'auths')).toMatchObject({ kind: 'decoded', helpers });
  });
});

describe('hostile content', () => {
  test('nesting is limited, not recursion', () => {
    expect(decode(`{"x":${'['.repeat(9_999)}${']'.repeat(9_999)}}`)).toEqual([]);
    expect(decode(`{"x":${'['.repeat(1_000_000)}`)).toContain('exceeded max depth');
  });

  test('a key and a login of a megabyte', () => {
    const long = 'x'.repeat(1_000_000);

    expect(decode(withAuths(`"${long}":{"username":"${long}"}`))).toEqual([[long, `${long}:`]]);
  });

  test('content that is no UTF-8', () => {
    const bytes = Uint8Array.of(0xff, 0xfe, 0x00);

    expect(decodeDockerConfig(new SecretBytes(bytes), 'auths')).toMatchObject({
      kind: 'undecodable',
      fault: { kind: 'syntax' },
    });
  });
});
