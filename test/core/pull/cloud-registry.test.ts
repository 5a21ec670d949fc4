import { expect, test } from 'vitest';
import { isCloudRegistry } from '../../../src/core/pull/cloud-registry.ts';

test.each([
  '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
  '123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com',
  '123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn',
  'public.ecr.aws',
  'gcr.io',
  'eu.gcr.io',
  'europe-west1-docker.pkg.dev',
  'team.azurecr.io',
  'team.azurecr.cn',
  'team.azurecr.de',
  'team.azurecr.us',
])('%s is of a cloud', (host) => {
  expect(isCloudRegistry(host)).toBe(true);
});

test.each([
  'docker.io',
  'ghcr.io',
  'registry.example.com',
  'xgcr.io',
  'a.b.gcr.io',
  '.gcr.io',
  'gcr.io.example.com',
  'GCR.io',
  // Patterns of plugins name no port, and so cover none.
  'gcr.io:443',
  'docker.pkg.dev',
  'eu-docker.pkg.dev.example.com',
  'azurecr.io',
  'a.team.azurecr.io',
  'team.azurecr.com',
  'dkr.ecr.eu-west-1.amazonaws.com',
  '123456789012.dkr.ecr.amazonaws.com',
  '123456789012.dkr.ecr.eu-west-1.amazonaws.com.example.com',
  'a.public.ecr.aws',
  '',
  '__proto__',
])('%s is not', (host) => {
  expect(isCloudRegistry(host)).toBe(false);
});

test('a megabyte', () => {
  expect(isCloudRegistry(`${'a'.repeat(1_000_000)}.azurecr.io`)).toBe(true);
  expect(isCloudRegistry('gcr.'.repeat(250_000))).toBe(false);
});
