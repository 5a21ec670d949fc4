import { describe, expect, test } from 'vitest';
import { type EgressRules, judgeAddress, judgeHost } from '../../../src/core/egress/address-rules.ts';
import { patternsOf } from './patterns.ts';

const defaults: EgressRules = {
  privateRanges: 'allow',
  allow: [],
  deny: [],
  trustedTokenServers: [],
  registriesOnly: false,
  apiServer: patternsOf('10.96.0.1:443', '203.0.113.7:6443'),
};

function reasonOf(address: string, rules: Partial<EgressRules> = {}, port = 443, name = 'registry.example.com') {
  const verdict = judgeAddress({ name, port }, address, { ...defaults, ...rules });
  return verdict.kind === 'refused' ? verdict.reason : 'allowed';
}

describe('where an address lies', () => {
  test.each([
    ['93.184.216.34', 'allowed'],
    ['2606:4700::6810:84e5', 'allowed'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['::', 'unspecified'],
    ['255.255.255.255', 'broadcast'],
    ['169.254.0.1', 'link-local'],
    ['169.254.170.2', 'link-local'],
    ['fe80::1', 'link-local'],
    ['febf::1', 'link-local'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.250', 'multicast'],
    ['ff02::1', 'multicast'],
    ['169.254.169.254', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['fd20:ce::254', 'metadata'],
    ['not an address', 'not-an-address'],
    ['127.1', 'not-an-address'],
    ['fe80::1%eth0', 'not-an-address'],
  ])('%s: %s', (address, reason) => {
    expect(reasonOf(address)).toBe(reason);
  });

  test.each([
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::127.0.0.1', 'loopback'],
    ['::ffff:169.254.169.254', 'metadata'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['64:ff9b::169.254.169.254', 'metadata'],
    ['64:ff9b:1::a9fe:a9fe', 'metadata'],
    ['2002:7f00:1::1', 'loopback'],
    ['2002:a9fe:a9fe::1', 'metadata'],
    ['2001:0:5ef5:79fd::80ff:fffe', 'loopback'],
    ['::ffff:10.96.0.1', 'api-server'],
    ['64:ff9b::93.184.216.34', 'allowed'],
    ['2002:5db8:d822::1', 'allowed'],
  ])('%s, an address inside of an address: %s', (address, reason) => {
    expect(reasonOf(address)).toBe(reason);
  });

  test.each([
    ['10.1.2.3'],
    ['172.16.0.1'],
    ['172.31.255.255'],
    ['192.168.1.1'],
    ['fd12::1'],
    ['100.64.0.1'],
    ['240.0.0.1'],
    ['::ffff:10.1.2.3'],
    ['64:ff9b::10.1.2.3'],
  ])('%s is private: allowed unless private ranges are denied', (address) => {
    expect(reasonOf(address)).toBe('allowed');
    expect(reasonOf(address, { privateRanges: 'deny' })).toBe('private');
  });

  test.each([['172.32.0.1'], ['11.0.0.1'], ['192.169.0.1']])('%s is not private', (address) => {
    expect(reasonOf(address, { privateRanges: 'deny' })).toBe('allowed');
  });
});

describe('the API server', () => {
  test('is refused as address and port', () => {
    expect(reasonOf('10.96.0.1')).toBe('api-server');
    expect(reasonOf('10.96.0.1', {}, 5000)).toBe('allowed');
    expect(reasonOf('10.96.0.2')).toBe('allowed');
  });

  test('is opened by its address alone, not by a name that resolves to it', () => {
    expect(reasonOf('10.96.0.1', { allow: patternsOf('10.96.0.1:443') })).toBe('allowed');
    expect(reasonOf('10.96.0.1', { allow: patternsOf('registry.example.com') })).toBe('api-server');
  });
});

test('an API server that is known by its name is refused by it', () => {
  const rules = { ...defaults, apiServer: patternsOf('api.example.com:443') };
  const asked = { name: 'API.example.com', port: 443 };

  expect(judgeHost(asked, rules)).toEqual({ kind: 'refused', reason: 'api-server' });
  expect(judgeHost({ ...asked, port: 5000 }, rules)).toEqual({ kind: 'allowed' });
  expect(judgeHost(asked, { ...rules, allow: patternsOf('api.example.com') })).toEqual({ kind: 'allowed' });
});

describe('what the operator lists', () => {
  test.each([
    ['127.0.0.1', ['127.0.0.1'], 'allowed'],
    ['127.0.0.1', ['127.0.0.0/8'], 'allowed'],
    ['::ffff:127.0.0.1', ['127.0.0.1'], 'allowed'],
    ['::1', ['::1'], 'allowed'],
    ['127.0.0.2', ['127.0.0.1'], 'loopback'],
    ['127.0.0.1', ['127.0.0.1:5000'], 'loopback'],
    ['127.0.0.1', ['registry.example.com'], 'allowed'],
    ['127.0.0.1', ['*.example.com:443'], 'allowed'],
    ['127.0.0.1', ['*.example.org'], 'loopback'],
    ['169.254.169.254', ['169.254.169.254'], 'allowed'],
    ['169.254.169.254', ['registry.example.com', '*.example.com'], 'metadata'],
    ['169.254.7.7', ['registry.example.com'], 'link-local'],
    ['fe80::1', ['registry.example.com'], 'link-local'],
    ['0.0.0.0', ['registry.example.com'], 'unspecified'],
    ['64:ff9b::7f00:1', ['64:ff9b::/96'], 'loopback'],
    ['64:ff9b::7f00:1', ['127.0.0.1'], 'allowed'],
  ])('%s, allowed %j: %s', (address, allow, reason) => {
    expect(reasonOf(address, { allow: patternsOf(...allow) })).toBe(reason);
  });

  test.each([
    ['10.1.2.3', ['10.1.2.3'], 'allowed'],
    ['10.1.2.3', ['10.0.0.0/8:443'], 'allowed'],
    ['10.1.2.3', ['10.0.0.0/8:5000'], 'private'],
    ['10.1.2.3', ['registry.example.com'], 'allowed'],
  ])('%s, private ranges denied, allowed %j: %s', (address, allow, reason) => {
    expect(reasonOf(address, { privateRanges: 'deny', allow: patternsOf(...allow) })).toBe(reason);
  });

  test.each([
    ['93.184.216.34', ['93.184.216.0/24']],
    ['93.184.216.34', ['registry.example.com']],
    ['93.184.216.34', ['*.example.com:443']],
    ['64:ff9b::93.184.216.34', ['93.184.216.34']],
  ])('%s, denied %j, whatever is allowed', (address, deny) => {
    const allow = patternsOf('0.0.0.0/0', '::/0', 'registry.example.com');
    expect(reasonOf(address, { deny: patternsOf(...deny), allow })).toBe('denied');
  });

  test('a denial of another port denies nothing', () => {
    expect(reasonOf('93.184.216.34', { deny: patternsOf('93.184.216.34:5000', 'registry.example.com:80') })).toBe(
      'allowed',
    );
  });
});

describe('ports that no registry uses', () => {
  test.each([[0], [22], [25], [2379], [5432], [6379], [6443], [10_250], [10_255], [11_211], [27_017]])('%s', (port) => {
    expect(reasonOf('93.184.216.34', {}, port)).toBe('unused-port');
    expect(judgeHost({ name: 'registry.example.com', port }, defaults)).toEqual({
      kind: 'refused',
      reason: 'unused-port',
    });
  });

  test.each([[80], [443], [5000], [5001], [8080], [8443], [30_500], [65_535]])('not %s', (port) => {
    expect(reasonOf('93.184.216.34', {}, port)).toBe('allowed');
  });

  test.each([
    [['93.184.216.34:6379'], 'allowed'],
    [['registry.example.com:6379'], 'allowed'],
    [['93.184.216.34'], 'unused-port'],
    [['registry.example.com'], 'unused-port'],
    [['93.184.216.35:6379'], 'unused-port'],
  ])('a listing with the port lifts it: %j %s', (allow, reason) => {
    expect(reasonOf('93.184.216.34', { allow: patternsOf(...allow) }, 6379)).toBe(reason);
  });
});

test('a denied name is refused before anybody resolves it', () => {
  const rules = { ...defaults, deny: patternsOf('*.example.com') };
  expect(judgeHost({ name: 'Registry.Example.Com.', port: 443 }, rules)).toEqual({ kind: 'refused', reason: 'denied' });
  expect(judgeHost({ name: 'registry.example.org', port: 443 }, rules)).toEqual({ kind: 'allowed' });
});
