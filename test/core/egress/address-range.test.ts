import { assert, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containsAddress, formsOf, parseAddressRange } from '../../../src/core/egress/address-range.ts';
import { parseIp } from '../../../src/core/go/ip-address.ts';

describe('parseAddressRange', () => {
  test.each([
    ['10.0.0.0/8', '10.255.255.255', '11.0.0.0'],
    ['10.1.2.3', '10.1.2.3', '10.1.2.4'],
    ['0.0.0.0/0', '255.255.255.255', '::'],
    ['192.168.4.0/22', '192.168.7.255', '192.168.8.0'],
    ['fe80::/10', 'febf:ffff::1', 'fec0::1'],
    ['::1/128', '::1', '::2'],
    ['::/0', 'ffff::', '0.0.0.0'],
    ['::ffff:10.0.0.0/104', '10.9.9.9', '11.0.0.0'],
    ['::ffff:10.0.0.1', '10.0.0.1', '10.0.0.2'],
  ])('%s contains %s and not %s', (text, inside, outside) => {
    const parsed = parseAddressRange(text);
    if (!parsed.ok) throw new Error(parsed.error);
    expect(containsAddress(parsed.range, bytesOf(inside))).toBe(true);
    expect(containsAddress(parsed.range, bytesOf(outside))).toBe(false);
  });

  test.each([
    ['10.0.0.1/8', 'has bits set beyond its prefix'],
    ['10.0.0.0/33', 'has no prefix length between 0 and 32'],
    ['10.0.0.0/08', 'has no prefix length between 0 and 32'],
    ['10.0.0.0/', 'has no prefix length between 0 and 32'],
    ['10.0.0.0/-1', 'has no prefix length between 0 and 32'],
    ['fd00::/129', 'has no prefix length between 0 and 128'],
    ['::ffff:10.0.0.0/8', 'has no prefix length between 96 and 128'],
    ['10.0.0/8', 'is not an IP address'],
    ['010.0.0.0/8', 'is not an IP address'],
    ['fe80::1%eth0', 'is not an IP address'],
    ['', 'is not an IP address'],
  ])('refuses %s', (text, error) => {
    expect(parseAddressRange(text)).toEqual({ ok: false, error });
  });

  test('a range contains exactly the addresses that share its prefix', () => {
    assert(
      property(integer({ min: 0, max: 0xffffffff }), integer({ min: 0, max: 32 }), (number, prefixLength) => {
        const mask = prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
        const first = (number & mask) >>> 0;
        const parsed = parseAddressRange(`${dotted(first)}/${prefixLength}`);
        if (!parsed.ok) throw new Error(parsed.error);
        const beyond = (first ^ (1 << (32 - prefixLength))) >>> 0;
        expect(containsAddress(parsed.range, bytesOf(dotted(number)))).toBe(true);
        expect(containsAddress(parsed.range, bytesOf(dotted(beyond)))).toBe(prefixLength === 0);
      }),
    );
  });
});

describe('formsOf', () => {
  test.each([
    ['127.0.0.1', ['127.0.0.1']],
    ['::ffff:127.0.0.1', ['127.0.0.1']],
    ['::', ['::']],
    ['::1', ['::1']],
    ['::7f00:1', ['::7f00:1', '127.0.0.1']],
    ['64:ff9b::a9fe:a9fe', ['64:ff9b::a9fe:a9fe', '169.254.169.254']],
    ['64:ff9b:1::7f00:1', ['64:ff9b:1::7f00:1', '127.0.0.1']],
    ['2002:7f00:1::', ['2002:7f00:1::', '127.0.0.1']],
    ['2001:0:a00:1::80ff:fffe', ['2001:0:a00:1::80ff:fffe', '10.0.0.1', '127.0.0.1']],
    ['2001:db8::5efe:7f00:1', ['2001:db8::5efe:7f00:1', '127.0.0.1']],
    ['2001:db8::200:5efe:7f00:1', ['2001:db8::200:5efe:7f00:1', '127.0.0.1']],
    ['2606:4700::1', ['2606:4700::1']],
  ])('%s', (text, forms) => {
    expect(formsOf(bytesOf(text)).map(String)).toEqual(forms.map((form) => String(bytesOf(form))));
  });
});

function bytesOf(text: string): Uint8Array {
  const bytes = parseIp(text);
  if (bytes === undefined) throw new Error(text);
  return bytes;
}

function dotted(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.');
}
