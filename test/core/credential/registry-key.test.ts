import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  covers,
  fallsBackToDockerHub,
  parseLocation,
  parseRegistryKey,
} from '../../../src/core/credential/registry-key.ts';

const isCovered = (key: string, repository: string): boolean => {
  const parsed = parseRegistryKey(key);
  const image = parseLocation(repository);
  return parsed.ok && parsed.key.location !== undefined && image !== undefined && covers(parsed.key.location, image);
};

describe('index', () => {
  test.each([
    ['https://index.docker.io/v1/', 'index.docker.io'],
    ['index.docker.io/v2/', 'index.docker.io'],
    ['http://index.docker.io/', 'index.docker.io'],
    ['https://index.docker.io/v1', 'index.docker.io/v1'],
    ['a.io/v1/team', 'a.io/team'],
    ['a.io/v1/v2/team', 'a.io/v2/team'],
    ['a.io/v3/', 'a.io/v3/'],
    ['a.io//', 'a.io//'],
    ['A.io:443/Team/', 'A.io:443/Team/'],
    ['HTTPS://a.io', 'HTTPS://a.io'],
    ['user:pw@a.io?x=1#y', 'a.io'],
    ['', ''],
    ['__proto__', '__proto__'],
  ])('of %j', (key, index) => {
    const parsed = parseRegistryKey(key);

    expect(parsed.ok && parsed.key.index).toBe(index);
  });
});

describe('keys that the kubelet skips', () => {
  test.each([
    ['host:*', 'port'],
    [' a.io', 'host'],
    ['a.io/%zz', 'escape'],
    ['exampl[e].com', 'IP literal'],
    ['a:1:2', 'port'],
    ['a\\b.io', 'host'],
  ])('%j', (written, fault) => {
    expect(parseRegistryKey(written)).toEqual({ ok: false, written, fault });
  });
});

describe('covers', () => {
  const image = 'registry.example.com/team/app';
  test.each([
    ['registry.example.com/te', image],
    ['r*y.ex*e.*', image],
    ['registry.example.com/%74eam', image],
    ['registry.example.com/%2574eam', image],
    ['gcr.io/%3Fx', 'gcr.io/app'],
    ['a.io:', 'a.io/app'],
    ['[::1]:5000', '[::1]:5000/foo'],
    ['[::A]', 'A/foo'],
    ['*', '[::1]/foo'],
  ])('%s covers %s', (key, repository) => {
    expect(isCovered(key, repository)).toBe(true);
  });

  test.each([
    ['registry.io', 'registry.io.evil.com/app'],
    ['evil.com', 'registry.io.evil.com/app'],
    ['registry', 'registry.io/app'],
    ['registry.io', 'xregistry.io/app'],
    ['registry.io.', 'registry.io/app'],
    ['REGISTRY.io', 'registry.io/app'],
    ['registry.io:443', 'registry.io/app'],
    ['registry.io', 'registry.io:443/app'],
    ['régistry.io', 'xn--rgistry-bya.io/app'],
    ['registry.io/team/app/', 'registry.io/team/app'],
    ['registry.io/*', 'registry.io/team/app'],
    ['registry.i?', 'registry.io/app'],
    ['*.io', 'a.registry.io/app'],
    ['*', 'registry.io/app'],
    ['', 'registry.io/app'],
    ['a.io/%253Fx', 'a.io/app'],
    ['a%25zz.io', 'a%zz.io/app'],
    ['[::1]', '[::1]/foo'],
  ])('%j does not cover %s', (key, repository) => {
    expect(isCovered(key, repository)).toBe(false);
  });

  test('every key made of an image name and its port', () => {
    const segment = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const host = fc
      .tuple(segment, segment, fc.constantFrom('', ':443', ':5000'))
      .map(([a, b, port]) => `${a}.${b}${port}`);

    fc.assert(
      fc.property(host, fc.array(segment, { minLength: 1, maxLength: 4 }), fc.nat(), (registry, path, cut) => {
        const repository = `${registry}/${path.join('/')}`;
        const key = repository.slice(0, Math.max(registry.length, cut % repository.length));

        expect(isCovered(key, repository)).toBe(true);
        expect(isCovered(`https://${key}`, repository)).toBe(true);
        expect(isCovered(`${repository}x`, repository)).toBe(false);
      }),
    );
  });
});

test('a pattern of a provider plugin keeps its path', () => {
  expect(parseLocation('*.dkr.ecr.*.amazonaws.com/v1/')).toEqual({
    hostParts: ['*', 'dkr', 'ecr', '*', 'amazonaws', 'com'],
    port: '',
    path: '/v1/',
  });
  expect(parseLocation('host:*')).toBeUndefined();
});

describe('user information is not shown', () => {
  test.each([
    ['user:hunter2@a.io', '[redacted]@a.io'],
    ['https://user:hunter2@a.io/x', 'https://[redacted]@a.io/x'],
    ['user:hunter2/@a.io:x', '[redacted]@a.io:x'],
    ['https://hun@ter2@a.io', 'https://[redacted]@a.io'],
    ['hunter2%zz@a.io', '[redacted]@a.io'],
  ])('%s', (key, written) => {
    const parsed = parseRegistryKey(key);

    expect(parsed.ok ? parsed.key.written : parsed.written).toBe(written);
    expect(JSON.stringify(parsed)).not.toContain('ter2');
  });
});

describe('fallsBackToDockerHub', () => {
  test.each(['docker.io/library/nginx', 'index.docker.io/a/b', 'localhost/foo', 'MyHost/foo', 'nginx'])(
    '%s',
    (name) => {
      expect(fallsBackToDockerHub(name)).toBe(true);
    },
  );

  test.each(['a.io/x', 'localhost:5000/x', 'docker.io:443/nginx', '/x', ''])('not %j', (name) => {
    expect(fallsBackToDockerHub(name)).toBe(false);
  });
});
