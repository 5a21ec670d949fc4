import { describe, expect, test } from 'vitest';
import type { EgressRules } from '../../../src/core/egress/address-rules.ts';
import { type Leader, objectionToAddresses, objectionToName } from '../../../src/core/egress/led-host.ts';
import { openEgress } from '../../support/carriers.ts';
import { patternsOf } from './patterns.ts';

const led = (host: string): Leader => ({ origin: { scheme: 'https', host }, answeredAt: ['10.0.0.5', 'fd00::5'] });

function objectionOf(
  addresses: readonly string[],
  rules: Partial<EgressRules> = {},
  name = 'auth.example.com',
  leader = led('registry.example.com'),
) {
  const asked = { name, port: 443 };
  const egress = openEgress({ allow: [], ...rules });
  return objectionToName(asked, leader, egress) ?? objectionToAddresses(asked, addresses, leader, egress) ?? 'none';
}

describe('a private address', () => {
  test.each([
    [['203.0.113.1'], 'none'],
    [['2001:db8::1'], 'none'],
    [['10.0.0.9'], 'foreign-address'],
    [['192.168.1.1'], 'foreign-address'],
    [['100.64.0.1'], 'foreign-address'],
    [['fd00::9'], 'foreign-address'],
    [['::ffff:10.0.0.9'], 'foreign-address'],
    [['64:ff9b::10.0.0.9'], 'foreign-address'],
    [['203.0.113.1', '10.0.0.9'], 'foreign-address'],
    [['10.0.0.5', '10.0.0.9'], 'foreign-address'],
    // The registry's own.
    [['10.0.0.5'], 'none'],
    [['::ffff:10.0.0.5'], 'none'],
    [['fd00::5'], 'none'],
  ])('%j: %s', (addresses, objection) => {
    expect(objectionOf(addresses)).toBe(objection);
  });

  test.each<Partial<EgressRules>>([
    { allow: patternsOf('10.0.0.0/8') },
    { allow: patternsOf('10.0.0.9:443') },
    { allow: patternsOf('auth.example.com') },
    { trustedTokenServers: patternsOf('*.example.com') },
    { trustedTokenServers: patternsOf('10.0.0.9') },
  ])('that is listed: %j', (rules) => {
    expect(objectionOf(['10.0.0.9'], rules)).toBe('none');
  });

  test.each<Partial<EgressRules>>([
    { allow: patternsOf('10.0.0.9:5000', 'auth.example.com:5000', 'registry.example.com') },
    { deny: patternsOf('10.0.0.0/8') },
  ])('that is not listed: %j', (rules) => {
    expect(objectionOf(['10.0.0.9'], rules)).toBe('foreign-address');
  });

  test('a known token server may have one, as split DNS gives it', () => {
    expect(objectionOf(['10.0.0.9'], {}, 'auth.docker.io', led('registry-1.docker.io'))).toBe('none');
    expect(objectionOf(['10.0.0.9'], {}, 'auth.docker.io', led('evil.example'))).toBe('foreign-address');
  });
});

describe('registriesOnly', () => {
  test.each<[string, Partial<EgressRules>, string]>([
    ['auth.example.com', {}, 'unlisted-host'],
    ['auth.example.com', { allow: patternsOf('10.0.0.0/8') }, 'unlisted-host'],
    ['auth.example.com', { allow: patternsOf('203.0.113.0/24') }, 'none'],
    ['auth.example.com', { allow: patternsOf('auth.example.com') }, 'none'],
    ['auth.example.com', { trustedTokenServers: patternsOf('auth.example.com') }, 'none'],
    ['auth.docker.io', {}, 'unlisted-host'],
  ])('%s with %j: %s', (name, rules, objection) => {
    expect(objectionOf(['203.0.113.1'], { registriesOnly: true, ...rules }, name)).toBe(objection);
  });

  test.each([
    ['registry-1.docker.io', 'auth.docker.io', 'none'],
    ['registry.gitlab.com', 'gitlab.com', 'none'],
    ['registry.k8s.io', 'europe-west1-docker.pkg.dev', 'none'],
    ['registry-1.docker.io', 'production.cloudfront.docker.com', 'unlisted-host'],
    ['evil.example', 'europe-west1-docker.pkg.dev', 'unlisted-host'],
  ])('%s leads to %s: %s', (registry, name, objection) => {
    expect(objectionOf(['203.0.113.1'], { registriesOnly: true }, name, led(registry))).toBe(objection);
  });

  test('a name that only a proxy knows is not listed by addresses', () => {
    expect(objectionOf([], { registriesOnly: true, allow: patternsOf('203.0.113.0/24') })).toBe('unlisted-host');
    expect(objectionOf([])).toBe('none');
  });

  test("the registry's own address under another name is another host", () => {
    expect(objectionOf(['10.0.0.5'], { registriesOnly: true })).toBe('unlisted-host');
  });
});
