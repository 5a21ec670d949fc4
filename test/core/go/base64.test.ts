import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../../src/core/go/base64.ts';

const bytesOf = (...bytes: readonly number[]) => ({ ok: true, bytes: Uint8Array.from(bytes) });
const wrongAt = (at: number) => ({ ok: false, at, error: `illegal base64 data at input byte ${at}` });

describe('padded', () => {
  test.each([
    ['', bytesOf()],
    ['YQ==', bytesOf(0x61)],
    ['YWI=', bytesOf(0x61, 0x62)],
    ['YWJj', bytesOf(0x61, 0x62, 0x63)],
    ['\r\nY\nW\rJj\n', bytesOf(0x61, 0x62, 0x63)],
    ['YQ\n=\r=\n', bytesOf(0x61)],
    ['YR==', bytesOf(0x61)],
    ['//79', bytesOf(0xff, 0xfe, 0xfd)],
  ])('reads %j', (text, expected) => {
    expect(decodeBase64(text, 'padded')).toEqual(expected);
  });

  test.each([
    ['YQ', 0],
    ['YWJjYQ', 4],
    ['Y\nQ', 1],
    ['YQ=', 3],
    ['YQ=x', 2],
    ['YQ==x', 4],
    ['YQ==YQ==', 4],
    ['=', 0],
    ['Y===', 1],
    ['YW Jj', 2],
    ['YW_-', 2],
    ['YWé=', 2],
    ['éYWJj', 0],
  ])('refuses %j', (text, at) => {
    expect(decodeBase64(text, 'padded')).toEqual(wrongAt(at));
  });
});

describe('unpadded', () => {
  test.each([
    ['YQ', bytesOf(0x61)],
    ['YWI\n', bytesOf(0x61, 0x62)],
    ['YWJj', bytesOf(0x61, 0x62, 0x63)],
  ])('reads %j', (text, expected) => {
    expect(decodeBase64(text, 'unpadded')).toEqual(expected);
  });

  test.each([
    ['YQ==', 2],
    ['Y', 0],
    ['YWJjY', 4],
  ])('refuses %j', (text, at) => {
    expect(decodeBase64(text, 'unpadded')).toEqual(wrongAt(at));
  });
});

test('what is encoded decodes to the same bytes, and reads as Node writes it', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = encodeBase64(bytes);

      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(decodeBase64(text, 'padded')).toEqual({ ok: true, bytes });
      expect(decodeBase64(text.replace(/=+$/, ''), 'unpadded')).toEqual({ ok: true, bytes });
    }),
  );
});

test('a megabyte is read in one pass', () => {
  const decoded = decodeBase64('YWJj'.repeat(250_000), 'padded');

  expect(decoded.ok && decoded.bytes.length).toBe(750_000);
  expect(decodeBase64('\n'.repeat(1_000_000), 'padded')).toEqual(bytesOf());
  expect(decodeBase64(`YQ${'\n'.repeat(1_000_000)}`, 'padded')).toEqual(wrongAt(1_000_000));
});
