import { describe, expect, test } from 'vitest';
import { keyDifferencesOf } from '../../../src/core/credential/key-difference.ts';
import { nearMissOf } from '../../../src/core/credential/near-miss.ts';
import { lookUpCredentials, podKeyringOf } from '../../../src/core/credential/pod-keyring.ts';
import { aSecretFor, aSecretHolding } from '../../support/pull-secrets.ts';

const hub = 'docker.io/library/nginx';
const image = 'registry.example.com/team/app';

describe('Docker Hub', () => {
  test.each([
    ['https://index.docker.io/v1', [{ kind: 'version-without-slash', path: '/v1' }]],
    ['index.docker.io/v2', [{ kind: 'version-without-slash', path: '/v2' }]],
    ['registry-1.docker.io', [{ kind: 'docker-hub-host', host: 'registry-1.docker.io' }]],
    ['https://registry.hub.docker.com/v2/', [{ kind: 'docker-hub-host', host: 'registry.hub.docker.com' }]],
    ['hub.docker.com', [{ kind: 'docker-hub-host', host: 'hub.docker.com' }]],
    ['registry.docker.io', [{ kind: 'docker-hub-host', host: 'registry.docker.io' }]],
    ['*.docker.io', [{ kind: 'glob', where: 'host' }]],
    ['docker.io:443', [{ kind: 'port', inKey: '443' }]],
    ['Docker.io', [{ kind: 'case', where: 'host' }]],
    ['HTTPS://index.docker.io/v1/', [{ kind: 'scheme', scheme: 'HTTPS://' }]],
    ['index.docker.io/library', [{ kind: 'docker-hub-path', path: '/library' }]],
    ['*.io', []],
    ['https://index.docker.io/v1/', []],
    ['docker.io/library/nginx:1.27', [{ kind: 'tag-or-digest' }]],
  ])('%s', (key, differences) => {
    expect(keyDifferencesOf(key, hub)).toEqual(differences);
  });
});

describe('another registry', () => {
  test.each([
    ['registry.example.com:443', [{ kind: 'port', inKey: '443' }]],
    ['Registry.Example.com', [{ kind: 'case', where: 'host' }]],
    ['registry.example.com/Team', [{ kind: 'case', where: 'path' }]],
    ['registry.example.com/v2', [{ kind: 'version-without-slash', path: '/v2' }]],
    ['registry.example.com/team/', []],
    ['registry.example.com/team/app/', [{ kind: 'trailing-slash' }]],
    ['registry.example.com/*', [{ kind: 'glob', where: 'path' }]],
    ['registry.example.com:*', [{ kind: 'glob', where: 'port' }]],
    ['*example.com', [{ kind: 'glob', where: 'host' }]],
    ['*.com', [{ kind: 'glob', where: 'host' }]],
    ['registry.exampl[e].com', [{ kind: 'glob', where: 'host' }]],
    ['*.registry.example.com', [{ kind: 'glob', where: 'host' }]],
    ['registry.example.com.', [{ kind: 'trailing-dot' }]],
    [' registry.example.com\n', [{ kind: 'blank' }]],
    ['registry.example.com/team/app@sha256:00', [{ kind: 'tag-or-digest' }]],
    ['registry.example.com/team/other', [{ kind: 'narrower-path', inKey: '/team/other', inImage: '/team/app' }]],
    ['u:p@registry.example.com:80/?x#y', [{ kind: 'port', inKey: '80' }]],
    [
      'oci://Registry.example.com:443/v2',
      [
        { kind: 'scheme', scheme: 'oci://' },
        { kind: 'case', where: 'host' },
        { kind: 'port', inKey: '443' },
        { kind: 'version-without-slash', path: '/v2' },
      ],
    ],
  ])('%j', (key, differences) => {
    expect(keyDifferencesOf(key, image)).toEqual(differences);
  });

  test('a port that only the image has', () => {
    expect(keyDifferencesOf('myhost', 'myhost:5000/foo')).toEqual([{ kind: 'port', inImage: '5000' }]);
  });
});

describe('was meant for something else', () => {
  test.each([
    'example.com',
    'other.example.com',
    'registry.example.com.evil.com',
    'registry.example.com/other',
    'registry.io',
    'index.docker.io',
    'registry-1.docker.io',
    '',
    '__proto__',
    'x'.repeat(1_000_000),
    '*'.repeat(1_000_000),
  ])('%.40s', (key) => {
    expect(keyDifferencesOf(key, image)).toBeUndefined();
  });

  test('two ports that are both written', () => {
    expect(keyDifferencesOf('myhost:5001', 'myhost:5000/foo')).toBeUndefined();
  });
});

/** Beside an entry that is far from everything. */
const missOf = (keys: readonly string[], repository: string) =>
  nearMissOf(podKeyringOf([aSecretFor(['quay.io']), aSecretFor(keys, { name: 'near' })]).secrets, repository);

describe('nearMissOf', () => {
  test('names the Secret, the key and a key that would match', () => {
    expect(missOf(['ghcr.io', 'https://index.docker.io/v1'], hub)).toEqual({
      secret: { namespace: 'shop', name: 'near' },
      key: 'https://index.docker.io/v1',
      differences: [{ kind: 'version-without-slash', path: '/v1' }],
      matchingKey: 'https://index.docker.io/v1/',
    });
  });

  test('takes the entry with the fewest differences, the first of several', () => {
    expect(missOf(['Registry.example.com:443', 'registry.example.com:443', 'REGISTRY.example.com'], image)?.key).toBe(
      'registry.example.com:443',
    );
  });

  test('knows keys that the kubelet skips, and hides what is before an @', () => {
    expect(missOf(['user:hunter2@registry.example.com:*'], image)).toMatchObject({
      key: '[redacted]@registry.example.com:*',
      differences: [{ kind: 'glob', where: 'port' }],
      matchingKey: 'registry.example.com',
    });
  });

  test.each([
    ['nothing near', ['example.com', 'ghcr.io']],
    ['an entry that matches', ['registry.example.com']],
    ['no entries', []],
  ])('%s', (_name, keys) => {
    expect(missOf(keys, image)).toBeUndefined();
  });

  test('of Secrets that are ignored or cannot be decoded nothing is said', () => {
    const secrets = [aSecretFor(['registry.example.com:443'], { type: 'Opaque' }), aSecretHolding('[]')];

    expect(nearMissOf(podKeyringOf(secrets).secrets, image)).toBeUndefined();
  });

  test.each([hub, image, 'myhost:5000/foo', 'MyHost/foo', 'localhost/foo'])(
    'the key it proposes matches %s',
    (repository) => {
      const [host = ''] = repository.split('/');
      const matchingKey = missOf([`oci://${host}/`], repository)?.matchingKey ?? '';

      const found = lookUpCredentials(podKeyringOf([aSecretFor([matchingKey])]), [], repository);
      expect(found).toMatchObject({ kind: 'credentials', credentials: [{}] });
    },
  );
});
