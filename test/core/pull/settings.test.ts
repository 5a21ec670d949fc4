import { describe, expect, test } from 'vitest';
import { defaultAssumptions, type PullSettings, registrySettingsOf } from '../../../src/core/pull/settings.ts';
import { aRule, planSettings } from '../../support/judging.ts';

function settingsOf(name: string, part: Partial<PullSettings>) {
  return registrySettingsOf(name, planSettings(part));
}

const general = {
  nodeCredentials: 'unknown',
  nodeCredentialsAreNamed: false,
  mirrors: 'auto',
  preloaded: 'auto',
  plainHttp: false,
  skip: false,
  proxyCache: 'auto',
  inspect: 'full',
};

test('the defaults of the contract', () => {
  expect(defaultAssumptions).toEqual({
    nodeCredentials: 'unknown',
    mirrors: 'auto',
    preloaded: 'auto',
    imageRewriting: 'none',
    nodes: 'unknown',
    facts: 'partial',
  });
});

test('without a rule the general words hold', () => {
  const part = { assume: defaultAssumptions, inspect: 'full' } as const;

  expect(settingsOf('quay.io/team/app', part)).toEqual(general);
  expect(settingsOf('quay.io/team/app', { ...part, registries: [aRule('gcr.io', { skip: true })] })).toEqual(general);
});

test('a rule that says nothing leaves them, too', () => {
  expect(
    settingsOf('quay.io/team/app', { assume: defaultAssumptions, inspect: 'full', registries: [aRule('quay.io')] }),
  ).toEqual(general);
});

test('a rule replaces what it names', () => {
  const rule = aRule('quay.io', {
    nodeCredentials: 'none',
    mirrors: 'unknown',
    preloaded: 'none',
    ca: 'PEM',
    plainHttp: true,
    skip: true,
    proxyCache: false,
    inspect: 'resolve',
  });

  expect(settingsOf('quay.io/team/app', { assume: defaultAssumptions, registries: [rule] })).toEqual({
    nodeCredentials: 'none',
    nodeCredentialsAreNamed: true,
    mirrors: 'unknown',
    preloaded: 'none',
    ca: 'PEM',
    plainHttp: true,
    skip: true,
    proxyCache: false,
    inspect: 'resolve',
  });
});

test('credentials that are said to be unknown are named as well', () => {
  const registries = [aRule('gcr.io', { nodeCredentials: 'unknown' })];

  expect(settingsOf('gcr.io/p/app', { registries })).toMatchObject({
    nodeCredentials: 'unknown',
    nodeCredentialsAreNamed: true,
  });
});

test('the first rule that matches counts, and it alone', () => {
  const registries = [aRule('quay.io/team', { skip: true }), aRule('quay.io', { plainHttp: true, skip: false })];

  expect(settingsOf('quay.io/team/app', { registries })).toMatchObject({ skip: true, plainHttp: false });
  expect(settingsOf('quay.io/other/app', { registries })).toMatchObject({ skip: false, plainHttp: true });
});

describe('a rule matches as a key of a docker config does', () => {
  test.each([
    ['*.dkr.ecr.*.amazonaws.com', '1.dkr.ecr.eu-west-1.amazonaws.com/app', true],
    ['registry.internal:5000', 'registry.internal:5000/app', true],
    ['registry.internal', 'registry.internal:5000/app', false],
    ['registry.internal:443', 'registry.internal/app', false],
    ['*.io', 'quay.io/app', true],
    ['*.io', 'eu.gcr.io/app', false],
    ['quay.io/te', 'quay.io/team/app', true],
    ['Quay.io', 'quay.io/team/app', false],
    ['docker.io', 'docker.io/library/nginx', true],
  ])('%s and %s: %s', (pattern, name, skip) => {
    expect(settingsOf(name, { registries: [aRule(pattern, { skip: true })] }).skip).toBe(skip);
  });
});
