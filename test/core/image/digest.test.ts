import { expect, test } from 'vitest';
import { isDigestAlgorithm, parseDigest } from '../../../src/core/image/digest.ts';

test.each([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
])('%s has %i digits, no more and no less', (algorithm, digits) => {
  const digest = `${algorithm}:${'0a'.repeat(digits / 2)}`;

  expect(parseDigest(digest)).toEqual({ ok: true, digest });
  expect(parseDigest(`${digest}0`)).toEqual({ ok: false, error: 'invalid checksum digest length' });
  expect(parseDigest(digest.slice(0, -1))).toEqual({ ok: false, error: 'invalid checksum digest length' });
});

test.each([
  ['', 'invalid checksum digest format'],
  ['sha256', 'invalid checksum digest format'],
  ['sha256:', 'invalid checksum digest format'],
  [`:${'a'.repeat(64)}`, 'invalid checksum digest format'],
  [`sha256:${'A'.repeat(64)}`, 'invalid checksum digest format'],
  [`sha256:${'g'.repeat(64)}`, 'invalid checksum digest format'],
  [`sha256:${'a'.repeat(63)}\n`, 'invalid checksum digest format'],
  [`sha256:${'é'.repeat(32)}`, 'invalid checksum digest format'],
  [`sha256:${'é'.repeat(64)}`, 'invalid checksum digest length'],
  [`md5:${'a'.repeat(32)}`, 'unsupported digest algorithm'],
  ['sha256+b64:a_Z=', 'unsupported digest algorithm'],
  [`SHA256:${'a'.repeat(64)}`, 'invalid checksum digest format'],
  ['md5..x:a', 'invalid checksum digest format'],
  ['md5:a b', 'invalid checksum digest format'],
])('refuses %j: %s', (text, error) => {
  expect(parseDigest(text)).toEqual({ ok: false, error });
});

test('names of the prototype are no algorithms', () => {
  expect(isDigestAlgorithm('__proto__')).toBe(false);
  expect(parseDigest('constructor:aa')).toEqual({ ok: false, error: 'unsupported digest algorithm' });
});
