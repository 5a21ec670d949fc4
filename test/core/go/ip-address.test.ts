import { describe, expect, test } from 'vitest';
import { isLoopbackIp, parseIp } from '../../../src/core/go/ip-address.ts';

test.each([
  ['127.0.0.1', '7f000001'],
  ['255.255.255.255', 'ffffffff'],
  ['::', '00000000000000000000000000000000'],
  ['::1', '00000000000000000000000000000001'],
  ['1::', '00010000000000000000000000000000'],
  ['FE80::a:1', 'fe8000000000000000000000000a0001'],
  ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
  ['::ffff:127.0.0.1', '00000000000000000000ffff7f000001'],
  ['1:2:3:4:5:6:1.2.3.4', '00010002000300040005000601020304'],
])('%s', (text, hex) => {
  expect(Buffer.from(parseIp(text) ?? []).toString('hex')).toBe(hex);
});

test.each([
  '',
  'localhost',
  '127.1',
  '127.0.0.01',
  '127.0.0.256',
  '127.0.0.1.',
  '1.2.3.4.5',
  '0x7f.0.0.1',
  ':',
  ':::',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '::1::',
  '12345::',
  'g::',
  '1.2.3.4::',
  '1:2:3:4:5:6:7:1.2.3.4',
  '::1%eth0',
])('%s is none', (text) => {
  expect(parseIp(text)).toBeUndefined();
});

test.each(['1:', '1.', '::', 'f'])('a million times %s is none', (part) => {
  expect(parseIp(part.repeat(1_000_000))).toBeUndefined();
});

describe('loopback', () => {
  test.each([
    ['127.0.0.1', true],
    ['127.255.255.254', true],
    ['128.0.0.1', false],
    ['0.0.0.0', false],
    ['::1', true],
    ['::2', false],
    ['::', false],
    ['::ffff:127.9.9.9', true],
    ['::ffff:10.0.0.1', false],
    ['::127.0.0.1', false],
  ])('%s: %s', (text, isLoopback) => {
    expect(isLoopbackIp(parseIp(text) ?? Uint8Array.of())).toBe(isLoopback);
  });
});
