import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { lookUp } from '../../../src/core/credential/keyring.ts';
import { nodeDockerConfigOf, nodeKeyringOf } from '../../../src/core/credential/node-docker-config.ts';
import { lookUpCredentials, podKeyringOf } from '../../../src/core/credential/pod-keyring.ts';
import type { PullSecret } from '../../../src/core/credential/pull-secret.ts';
import { secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';
import { aPullSecret, aSecretFor, aSecretHolding, loginTextOf, textOf } from '../../support/pull-secrets.ts';

const image = 'gcr.io/proj/app';
const find = (secrets: readonly PullSecret[], repository = image) =>
  lookUpCredentials(podKeyringOf(secrets), [], repository);
const usersOf = (secrets: readonly PullSecret[], repository = image) => {
  const found = find(secrets, repository);
  return found.kind === 'credentials' && found.credentials.map(({ username }) => textOf(username));
};

describe('order', () => {
  test('longer prefixes first, globs last, secrets in the order of the Pod', () => {
    const first = aSecretFor(['gcr.io', 'gcr.io/proj', '*.io', 'gcr.io/proj/app', 'gcr.io/pr', 'quay.io']);
    const second = aSecretFor(['https://gcr.io'], { name: 'other' });

    expect(usersOf([first, second])).toEqual([
      'gcr.io/proj/app',
      'gcr.io/proj',
      'gcr.io/pr',
      'gcr.io',
      'https://gcr.io',
      '*.io',
    ]);
    expect(usersOf([second, first])).toEqual([
      'gcr.io/proj/app',
      'gcr.io/proj',
      'gcr.io/pr',
      'https://gcr.io',
      'gcr.io',
      '*.io',
    ]);
  });

  test('a Secret listed twice is tried twice', () => {
    expect(usersOf([aSecretFor(['gcr.io']), aSecretFor(['gcr.io'])])).toEqual(['gcr.io', 'gcr.io']);
  });

  test('is by bytes of UTF-8', () => {
    const keys = ['*\u{ffee}.io', '*\u{1f600}.io', '*.io'];

    expect(podKeyringOf([aSecretFor(keys)]).state).toMatchObject({
      keyring: { slots: [{ index: '*\xf0\x9f\x98\x80.io' }, { index: '*\xef\xbf\xae.io' }, { index: '*.io' }] },
    });
  });
});

describe('any order', () => {
  test('two spellings of a registry in one Secret', () => {
    expect(find([aSecretFor(['gcr.io', 'https://gcr.io/v1/'])])).toMatchObject({
      anyOrder: true,
      credentials: [{}, {}],
    });
  });

  test.each([
    ['in two Secrets', [aSecretFor(['gcr.io']), aSecretFor(['https://gcr.io'])]],
    [
      'that give the same login',
      [aSecretHolding('{"auths":{"gcr.io":{"username":"u"},"http://gcr.io":{"username":"u"}}}')],
    ],
    ['for another image', [aSecretFor(['quay.io', 'https://quay.io', 'gcr.io'])]],
    ['that are one key twice', [aSecretHolding('{"auths":{"gcr.io":{"username":"u"},"gcr.io":{"username":"v"}}}')]],
  ])('not spellings %s', (_name, secrets) => {
    expect(find(secrets)).toMatchObject({ kind: 'credentials', anyOrder: false });
  });

  test("of Docker Hub's entries", () => {
    const secret = aSecretFor(['index.docker.io', 'https://index.docker.io/v1/']);

    expect(find([secret], 'docker.io/library/nginx')).toMatchObject({ anyOrder: true });
    expect(find([secret], 'localhost/foo')).toMatchObject({ anyOrder: true, credentials: [{}, {}] });
  });
});

describe('Docker Hub', () => {
  test('its entry stands in only where no key of the keyring matched', () => {
    const both = aSecretFor(['https://index.docker.io/v1/', 'docker.io']);

    expect(usersOf([both], 'docker.io/library/nginx')).toEqual(['docker.io']);
    expect(usersOf([both], 'MyHost/foo')).toEqual(['https://index.docker.io/v1/']);
    expect(usersOf([both], 'my.host/foo')).toEqual([]);
  });
});

describe('a Secret that cannot be decoded', () => {
  const bad = aSecretHolding('{"auths":{"b.io":{"auth":"!"}}}', { name: 'bad' });

  test('spoils every image, and is named with its key', () => {
    expect(find([aSecretFor(['gcr.io']), bad])).toEqual({
      kind: 'undecodable',
      secret: { namespace: 'shop', name: 'bad' },
      error: 'illegal base64 data at input byte 0',
      fault: { kind: 'auth-not-base64', at: 0, key: 'b.io' },
    });
  });

  test('the first of several is the one that is shown', () => {
    const worse = aSecretHolding('[]', { name: 'worse' });

    expect(find([worse, bad])).toMatchObject({ kind: 'undecodable', secret: { name: 'worse' } });
    expect(podKeyringOf([worse, bad]).secrets.map(({ content }) => content.kind)).toEqual([
      'undecodable',
      'undecodable',
    ]);
  });

  test('does no harm while its type is ignored', () => {
    expect(find([{ ...bad, type: 'Opaque' }])).toEqual({ kind: 'credentials', credentials: [], anyOrder: false });
  });
});

describe('keyrings of the node', () => {
  const node = nodeKeyringOf(
    nodeDockerConfigOf([
      {
        path: '/config.json',
        shape: 'auths',
        content: secretBytesOf('{"auths":{"gcr.io":{"username":"node"},"index.docker.io":{"username":"hub"}}}'),
      },
    ]),
  );

  test('follow those of the Pod, whatever matched there', () => {
    const found = lookUpCredentials(podKeyringOf([aSecretFor(['*.io'])]), [node], image);

    expect(found.kind === 'credentials' && found.credentials.map(loginTextOf)).toEqual(['*.io:p', 'node:']);
    expect(found).toMatchObject({
      credentials: [
        { origin: { source: 'secret', namespace: 'shop', name: 'regcred', key: '*.io' } },
        { origin: { source: 'node-config', path: '/config.json', key: 'gcr.io' } },
      ],
    });
  });

  test('each fall back to Docker Hub by themselves', () => {
    const found = lookUpCredentials(podKeyringOf([aSecretFor(['docker.io'])]), [node], 'docker.io/library/nginx');

    expect(found.kind === 'credentials' && found.credentials.map(loginTextOf)).toEqual(['docker.io:p', 'hub:']);
  });

  test('are not asked where a Secret of the Pod cannot be decoded', () => {
    expect(lookUpCredentials(podKeyringOf([aSecretHolding('!')]), [node], image).kind).toBe('undecodable');
  });
});

describe('hostile keys', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is a host like any other', (key) => {
    expect(usersOf([aSecretFor([key])])).toEqual([]);
    expect(usersOf([aSecretFor([key])], `${key}/app`)).toEqual([key]);
  });

  test('a megabyte', () => {
    const keys = [`gcr.io/${'x'.repeat(1_000_000)}`, '*'.repeat(1_000_000), 'gcr.'.repeat(250_000), 'gcr.io'];

    expect(usersOf([aSecretFor(keys)])).toEqual(['gcr.io']);
  });

  test('a name that is no URL finds nothing', () => {
    expect(lookUp([], '%')).toEqual({ credentials: [], anyOrder: false });
    expect(usersOf([aSecretFor(['a.io', 'index.docker.io'])], 'a b.io/x')).toEqual([]);
  });
});

describe('nothing shows a password', () => {
  const secrets = [
    aSecretHolding('{"auths":{"us3r:hunter2@gcr.io":{"auth":"dXMzcjpodW50ZXIy","identitytoken":"hunter2"}}}'),
    aSecretHolding('{"auths":{"gcr.io":{"username":"us3r","password":"hunter2"}}}'),
    aPullSecret({ data: new Map([['.dockercfg', secretBytesOf('hunter2')]]) }),
    aSecretHolding('{"auths":{"hunter2@x":{"auth":"hunter2"}}}'),
  ];
  const good = podKeyringOf(secrets.slice(0, 3));
  const bad = podKeyringOf(secrets);

  test.each([
    ['Secrets', secrets],
    ['keyring', good],
    ['keyring that failed', bad],
    ['look-up', lookUpCredentials(good, [], image)],
    ['look-up that failed', lookUpCredentials(bad, [], image)],
  ])('%s', (_name, value) => {
    const shown = [
      inspect(value, { depth: null, showHidden: true, getters: true, maxArrayLength: null, maxStringLength: null }),
      JSON.stringify(value),
    ].join('\n');

    expect(shown).not.toMatch(/hunter2|us3r|aHVudGVy|dXMzcjpodW50ZXIy/);
    expect(shown).toContain('[');
  });

  test('and the password is really there', () => {
    const found = lookUpCredentials(good, [], image);

    expect(found.kind === 'credentials' && found.credentials.map(loginTextOf)).toEqual([
      'us3r:hunter2',
      'us3r:hunter2',
    ]);
  });
});
