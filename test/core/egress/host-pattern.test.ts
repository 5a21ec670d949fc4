import { describe, expect, test } from 'vitest';
import { listsAddress, listsName, parseHostPattern } from '../../../src/core/egress/host-pattern.ts';
import { parseIp } from '../../../src/core/go/ip-address.ts';
import { patternsOf } from './patterns.ts';

describe('a pattern of addresses', () => {
  test.each([
    ['10.0.0.0/8', '10.1.2.3', 443, true],
    ['10.0.0.0/8', '11.1.2.3', 443, false],
    ['10.0.0.0/8:5000', '10.1.2.3', 5000, true],
    ['10.0.0.0/8:5000', '10.1.2.3', 443, false],
    ['10.1.2.3', '10.1.2.3', 1, true],
    ['10.1.2.3:5000', '10.1.2.3', 5001, false],
    ['fd00::/8', 'fd12::1', 443, true],
    ['[fd00::/8]:5000', 'fd12::1', 5000, true],
    ['[fd00::/8]:5000', 'fd12::1', 443, false],
    ['fd00::1', 'fd00::1', 443, true],
    ['[fd00::1]', 'fd00::1', 443, true],
    ['[FD00:0::1]:443', 'fd00::1', 443, true],
    ['[10.1.2.3]:443', '10.1.2.3', 443, true],
    ['registry.example.com', '10.1.2.3', 443, false],
  ])('%s lists %s at %s: %s', (text, address, port, listed) => {
    const ip = parseIp(address) ?? new Uint8Array();
    expect(patternsOf(text).some((pattern) => listsAddress(pattern, ip, port))).toBe(listed);
  });
});

describe('a pattern of names', () => {
  test.each([
    ['registry.example.com', 'registry.example.com', 443, true],
    ['Registry.Example.com.', 'REGISTRY.example.COM', 443, true],
    ['registry.example.com', 'registry.example.com.', 443, true],
    ['registry.example.com', 'registry.example.com.evil.test', 443, false],
    ['registry.example.com', 'evilregistry.example.com', 443, false],
    ['registry.example.com:5000', 'registry.example.com', 5000, true],
    ['registry.example.com:5000', 'registry.example.com', 443, false],
    ['*.example.com', 'a.example.com', 443, true],
    ['*.example.com', 'a.b.example.com', 443, true],
    ['*.example.com', 'example.com', 443, false],
    ['*.example.com', 'evilexample.com', 443, false],
    ['*.example.com:5000', 'a.example.com', 443, false],
    ['my_registry', 'my_registry', 443, true],
    ['10.0.0.0/8', '10.1.2.3', 443, false],
  ])('%s lists %s at %s: %s', (text, name, port, listed) => {
    expect(patternsOf(text).some((pattern) => listsName(pattern, { name, port }))).toBe(listed);
  });
});

describe('what is no pattern is refused in words', () => {
  test.each([
    ['', 'a host must not be empty'],
    [
      'https://registry.io/v2',
      '"https://registry.io/v2" is a URL; write its host alone, such as registry.example.com:5000.',
    ],
    ['registry.io/team', '"registry.io/team" is not an IP address.'],
    ['10.0.0.1/8', '"10.0.0.1/8" has bits set beyond its prefix.'],
    ['10.0.0.0/40', '"10.0.0.0/40" has no prefix length between 0 and 32.'],
    ['registry.io:', '"registry.io:" has a port that is not a number from 1 to 65535.'],
    ['registry.io:0', '"registry.io:0" has a port that is not a number from 1 to 65535.'],
    ['registry.io:65536', '"registry.io:65536" has a port that is not a number from 1 to 65535.'],
    ['registry.io:https', '"registry.io:https" has a port that is not a number from 1 to 65535.'],
    ['*', '"*" may have * only as its first label, as in *.example.com.'],
    ['reg*.io', '"reg*.io" may have * only as its first label, as in *.example.com.'],
    ['*.*.io', '"*.*.io" may have * only as its first label, as in *.example.com.'],
    ['a..b', '"a..b" is neither an address nor a host name.'],
    ['-a.io', '"-a.io" is neither an address nor a host name.'],
    ['user@registry.io', '"user@registry.io" is neither an address nor a host name.'],
    ['127.1', '"127.1" is not an IP address.'],
    ['0x7f000001', '"0x7f000001" is not an IP address.'],
    ['1.2.3.256', '"1.2.3.256" is not an IP address.'],
    ['fe80::1%eth0', '"fe80::1%eth0" is not an IP address.'],
    [
      'a b',
      '"a b" contains characters that are not allowed in a host; write international names in ASCII form (xn--…).',
    ],
    [
      'bücher.de',
      '"bücher.de" contains characters that are not allowed in a host; write international names in ASCII form (xn--…).',
    ],
    ['__proto__', undefined],
  ])('%s', (text, error) => {
    const parsed = parseHostPattern(text);
    expect(parsed.ok ? undefined : parsed.error).toBe(error);
  });

  test('a very long text is cut in the message, and takes no time', () => {
    const parsed = parseHostPattern('a.'.repeat(500_000));
    expect(parsed.ok ? '' : parsed.error).toHaveLength('"" is neither an address nor a host name.'.length + 80);
  });
});
