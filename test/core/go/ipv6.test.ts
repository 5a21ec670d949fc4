import { expect, test } from 'vitest';
import { ipv6Fault } from '../../../src/core/go/ipv6.ts';

test.each(['::', '::1', '1::', '1:2:3:4:5:6:7:8', '2001:DB8::A', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8'])(
  '%s is an address',
  (address) => {
    expect(ipv6Fault(address)).toBeUndefined();
  },
);

test.each([
  ['', 'ParseAddr(""): unable to parse IP'],
  ['ABCD', 'ParseAddr("ABCD"): unable to parse IP'],
  [':', 'ParseAddr(":"): each colon-separated field must have at least one digit (at ":")'],
  [':::', 'ParseAddr(":::"): each colon-separated field must have at least one digit (at ":")'],
  ['1:', 'ParseAddr("1:"): colon must be followed by more characters (at ":")'],
  ['12345::1', 'ParseAddr("12345::1"): each group must have 4 or less digits (at "12345::1")'],
  ['::1::', 'ParseAddr("::1::"): multiple :: in address (at ":")'],
  ['1:2:3:4:5:6:7:8:9', 'ParseAddr("1:2:3:4:5:6:7:8:9"): trailing garbage after address (at "9")'],
  ['1:2:3:4:5:6:7', 'ParseAddr("1:2:3:4:5:6:7"): address string too short'],
  ['1::2:3:4:5:6:7:8', 'ParseAddr("1::2:3:4:5:6:7:8"): the :: must expand to at least one field of zeros'],
])('%s is none', (address, fault) => {
  expect(ipv6Fault(address)).toBe(fault);
});
