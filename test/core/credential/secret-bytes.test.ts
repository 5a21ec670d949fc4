import { format, inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { SecretBytes, secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';

const secret = secretBytesOf('hunter2');

test.each([
  ['inspect', inspect(secret)],
  ['inspect of hidden members', inspect(secret, { showHidden: true, getters: true, depth: null })],
  ['inspect of a holder', inspect({ deep: [new Map([['password', secret]])] }, { depth: null, showHidden: true })],
  ['format %o', format('%o %O %s %j', secret, secret, secret, secret)],
  ['JSON', JSON.stringify({ secret })],
  ['text', String(secret)],
  ['concatenation', ['', secret].join('')],
  ['members', JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret)])],
  ['clone', inspect(structuredClone(secret), { showHidden: true })],
])('%s does not show the bytes', (_name, shown) => {
  expect(shown).not.toContain('hunter2');
  expect(shown).not.toContain('104');
});

test('shows that something is hidden', () => {
  expect(inspect({ secret })).toBe('{ secret: [redacted] }');
  expect(JSON.stringify({ secret })).toBe('{"secret":"[redacted]"}');
});

test('gives the bytes to who asks for them', () => {
  expect(secret.reveal()).toEqual(new TextEncoder().encode('hunter2'));
});

describe('equals', () => {
  test.each([
    ['hunter2', true],
    ['hunter3', false],
    ['hunter', false],
    ['hunter22', false],
    ['', false],
  ])('%j: %s', (text, isEqual) => {
    expect(secret.equals(secretBytesOf(text))).toBe(isEqual);
  });
});

test('is empty without bytes', () => {
  expect(new SecretBytes(new Uint8Array()).isEmpty).toBe(true);
  expect(secret.isEmpty).toBe(false);
});
