import { describe, expect, test } from 'vitest';
import { isIpv6Address } from '../../../src/core/go/ip.ts';

describe('is an IPv6 address', () => {
  test.each([
    '::',
    '::1',
    '1::',
    'fe80::1%eth0',
    'fe80::1%a-Z %',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7::',
    '::ffff:1.2.3.4',
    '1:2:3:4:5:6:1.2.3.4',
    'ABCD:ef01::0',
  ])('%s', (text) => {
    expect(isIpv6Address(text)).toBe(true);
  });
});

describe('is none', () => {
  test.each([
    '',
    ':',
    ':::',
    '1.2.3.4',
    '1',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::12345',
    '::g',
    '::1:',
    '::ffff:1.2.3',
    '::ffff:1.2.3.256',
    '::ffff:01.2.3.4',
    '1.2.3.4::',
    '1:2:3:4:5:6:7:1.2.3.4',
    'fe80::1%',
    'fe80%::1',
    '[::1]',
    ':'.repeat(1_000_000),
  ])('%.40s', (text) => {
    expect(isIpv6Address(text)).toBe(false);
  });
});
