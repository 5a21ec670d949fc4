import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  namesToRead,
  parseServiceAccount,
  pullSecretNamesOf,
  type ServiceAccount,
  serviceAccountNameOf,
} from '../../../src/core/credential/service-account.ts';

const aPod = { isMirrorPod: false, serviceAccountName: '', imagePullSecrets: [] as readonly string[] };
const found = (fields: Partial<ServiceAccount> = {}) => ({
  kind: 'found' as const,
  account: { name: 'default', imagePullSecrets: ['hub'], enforcesMountableSecrets: false, ...fields },
});

describe('pullSecretNamesOf', () => {
  test('copies the list of the account only where the Pod has none', () => {
    expect(pullSecretNamesOf(aPod, found())).toEqual({ kind: 'names', names: ['hub'], from: 'service-account' });
    expect(pullSecretNamesOf({ ...aPod, imagePullSecrets: [''] }, found())).toEqual({
      kind: 'names',
      names: [''],
      from: 'pod',
    });
  });

  test('an account that cannot be read matters only where its list would be copied', () => {
    expect(pullSecretNamesOf(aPod, { kind: 'unknown' })).toEqual({
      kind: 'account-unknown',
      serviceAccountName: 'default',
    });
    expect(pullSecretNamesOf({ ...aPod, imagePullSecrets: ['own'] }, { kind: 'unknown' })).toEqual({
      kind: 'names',
      names: ['own'],
      from: 'pod',
    });
  });

  test('an account that does not exist refuses the Pod', () => {
    expect(
      pullSecretNamesOf({ ...aPod, serviceAccountName: 'robot', imagePullSecrets: ['own'] }, { kind: 'absent' }),
    ).toEqual({
      kind: 'refused',
      why: { kind: 'account-absent', serviceAccountName: 'robot' },
    });
  });

  test('enforced mountable secrets refuse the first name that is not listed', () => {
    const account = found({ enforcesMountableSecrets: true });

    expect(pullSecretNamesOf({ ...aPod, imagePullSecrets: ['hub', 'own'] }, account)).toEqual({
      kind: 'refused',
      why: { kind: 'secret-not-listed', index: 1, name: 'own', serviceAccountName: 'default' },
    });
    expect(pullSecretNamesOf({ ...aPod, imagePullSecrets: [''] }, account)).toMatchObject({
      kind: 'refused',
      why: { index: 0, name: '' },
    });
    expect(pullSecretNamesOf(aPod, account)).toMatchObject({ kind: 'names', names: ['hub'] });
  });

  test('mirror Pods take nothing from an account', () => {
    const mirror = { ...aPod, isMirrorPod: true };

    expect(pullSecretNamesOf(mirror, { kind: 'absent' })).toEqual({ kind: 'names', names: [], from: 'pod' });
    expect(pullSecretNamesOf({ ...mirror, imagePullSecrets: ['own'] }, found())).toMatchObject({
      why: { kind: 'mirror-pod-with-secrets' },
    });
    expect(pullSecretNamesOf({ ...mirror, serviceAccountName: 'default' }, found())).toMatchObject({
      why: { kind: 'mirror-pod-with-account' },
    });
  });
});

test('a Pod without an account runs as default', () => {
  expect(serviceAccountNameOf({ serviceAccountName: '' })).toBe('default');
  expect(serviceAccountNameOf({ serviceAccountName: 'robot' })).toBe('robot');
});

test('the kubelet passes over empty names', () => {
  expect(namesToRead(['', 'a', '', 'a'])).toEqual(['a', 'a']);
});

describe('parseServiceAccount', () => {
  test('reads names in order, null as empty', () => {
    const object = {
      metadata: { name: 'robot', namespace: 'shop', annotations: { 'kubernetes.io/enforce-mountable-secrets': 'T' } },
      imagePullSecrets: [{ name: 'b' }, null, { name: null }, {}, { name: 'a' }],
      secrets: 5,
    };

    expect(parseServiceAccount(object)).toEqual({
      ok: true,
      account: {
        namespace: 'shop',
        name: 'robot',
        imagePullSecrets: ['b', '', '', '', 'a'],
        enforcesMountableSecrets: true,
      },
    });
    expect(parseServiceAccount({ metadata: { name: 'a', annotations: null }, imagePullSecrets: null })).toEqual({
      ok: true,
      account: { name: 'a', imagePullSecrets: [], enforcesMountableSecrets: false },
    });
  });

  test.each([
    [null, '', 'must be an object, but is null'],
    [{ metadata: {} }, 'metadata.name', 'is missing'],
    [{ metadata: { name: 'a' }, imagePullSecrets: ['x'] }, 'imagePullSecrets[0]', 'must be an object, but is a string'],
    [
      { metadata: { name: 'a' }, imagePullSecrets: [{ name: 1 }] },
      'imagePullSecrets[0].name',
      'must be a string, but is a number',
    ],
    [
      { metadata: { name: 'a', annotations: { 'a/b': true } } },
      'metadata.annotations["a/b"]',
      'must be a string, but is a boolean',
    ],
  ])('%j', (object, path, problem) => {
    expect(parseServiceAccount(object)).toEqual({
      ok: false,
      problems: [{ path, problem, remedy: expect.stringMatching(/./) }],
    });
  });

  test('no JSON makes it throw', () => {
    const anything = fc.jsonValue({ maxDepth: 3 });

    fc.assert(
      fc.property(fc.oneof(anything, fc.record({ metadata: anything, imagePullSecrets: anything })), (value) => {
        expect(() => parseServiceAccount(value)).not.toThrow();
      }),
    );
  });
});
