import { expect, test } from 'vitest';
import { isHostName, isIpv4, isPortLike, isRegistryHost } from '../../../../src/core/image/slip/host-looks.ts';

test.each(['80', '443', '1000', '5000', '8443', '32000', '65535', '1899', '2100'])('%s is a port', (tag) => {
  expect(isPortLike(tag)).toBe(true);
});

test.each(['', '1', '22', '100', '65536', '100000', '05000', '1900', '2024', '5000a', '5000\n'])(
  '%j is rather a tag',
  (tag) => {
    expect(isPortLike(tag)).toBe(false);
  },
);

test.each([
  ['example.com', true, false],
  ['ghcr.io', true, true],
  ['registry.example.de', true, true],
  ['registry.kube-system.svc', true, true],
  ['example.de', false, false],
  ['node.js', false, false],
  ['com.acme.io', false, false],
  ['com', false, false],
  ['a.b.__proto__', false, false],
])('%s: a host before a port %s, a host by itself %s', (name, withPort, alone) => {
  expect(isHostName(name)).toBe(withPort);
  expect(isRegistryHost(name)).toBe(alone);
});

test.each([
  ['10.0.0.255', true],
  ['10.0.0.256', false],
  ['1.2.3', false],
  ['1.2.3.4.5', false],
  ['1..2.3', false],
])('%s is an IPv4 address: %s', (name, isAddress) => {
  expect(isIpv4(name)).toBe(isAddress);
});
