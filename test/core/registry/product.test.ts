import { describe, expect, test } from 'vitest';
import { proxyProductOf } from '../../../src/core/registry/product.ts';
import { headersOf } from '../../support/dialogues.ts';
import { aResponse } from '../../support/exchanges.ts';

describe('by headers', () => {
  test.each([
    ['set-cookie', 'sid=1; Path=/; HttpOnly', 'Harbor'],
    ['set-cookie', '_gorilla_csrf=1', 'Harbor'],
    ['x-harbor-csrf-token', 't', 'Harbor'],
    ['x-jfrog-version', 'Artifactory/7.77.5', 'Artifactory'],
    ['x-artifactory-id', 'abc', 'Artifactory'],
    ['server', 'Artifactory/7.77.5', 'Artifactory'],
    ['server', 'Nexus/3.64.0-03 (OSS)', 'Nexus'],
    ['set-cookie', 'session=sid=1', undefined],
    ['server', 'nginx', undefined],
    ['server', 'my Nexus', undefined],
    ['server', 'my Artifactory', undefined],
    ['x-jfrog-version', '', undefined],
  ])('%s: %s', (name, line, product) => {
    const response = aResponse(404, { headers: headersOf({ [name]: line }) });
    expect(proxyProductOf('team/app', response)).toBe(product);
  });
});

test.each<readonly [string, readonly string[], string]>([
  ['set-cookie', ['AWSALB=q', 'AWSALBCORS=q; SameSite=None', 'sid=1; Path=/'], 'Harbor'],
  ['set-cookie', ['AWSALB=q', '_gorilla_csrf=1'], 'Harbor'],
  ['x-jfrog-version', ['', 'Artifactory/7.77.5'], 'Artifactory'],
  ['x-harbor-csrf-token', ['', 't'], 'Harbor'],
  ['server', ['envoy', 'Artifactory/7.77.5'], 'Artifactory'],
  ['server', ['nginx', 'Nexus/3.64.0-03 (OSS)'], 'Nexus'],
])('by any line of %s: %j', (name, lines, product) => {
  expect(proxyProductOf('team/app', aResponse(404, { headers: headersOf({ [name]: lines }) }))).toBe(product);
});

describe('by the challenge', () => {
  test.each([
    ['service', 'harbor-registry', 'Harbor'],
    ['service', 'dependency_proxy', 'GitLab dependency proxy'],
    ['realm', 'https://a.test/artifactory/api/docker/x/v2/token', 'Artifactory'],
    ['realm', 'Sonatype Nexus Repository Manager', 'Nexus'],
    ['service', 'registry.docker.io', undefined],
  ])('%s="%s"', (name, value, product) => {
    const headers = headersOf({ 'www-authenticate': `Bearer ${name}="${value}"` });
    expect(proxyProductOf('team/app', aResponse(401, { headers }))).toBe(product);
  });
});

test.each([
  ['group/dependency_proxy/containers/alpine', 'GitLab dependency proxy'],
  ['group/dependency_proxy', undefined],
])('by the repository: %s', (repository, product) => {
  expect(proxyProductOf(repository, aResponse(200))).toBe(product);
});
