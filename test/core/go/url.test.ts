import { describe, expect, test } from 'vitest';
import { byteStringOf } from '../../../src/core/go/byte-string.ts';
import { parseAfterHttpScheme, splitHostPort } from '../../../src/core/go/url.ts';

describe('parseAfterHttpScheme', () => {
  test.each([
    ['', '', ''],
    ['Host.io', 'Host.io', ''],
    ['host.io:443/A/../b/', 'host.io:443', '/A/../b/'],
    ['host.io:', 'host.io:', ''],
    ['user:p@ss@host.io/x@y', 'host.io', '/x@y'],
    ['host.io/a?b=c/d#e', 'host.io', '/a'],
    ['host.io#/a\n', 'host.io', ''],
    ['host.io/%2570%2Fb', 'host.io', '/%70/b'],
    ['h%C3%A9.io/%ff', 'h\xc3\xa9.io', '/\xff'],
    ['hé.io/é', 'h\xc3\xa9.io', '/\xc3\xa9'],
    ['*.io', '*.io', ''],
    ['a%25b', 'a%b', ''],
    ['[::1]:5000/x', '[::1]:5000', '/x'],
    ['[fe80::1%25e%20hé]', '[fe80::1%e h\xc3\xa9]', ''],
    ['__proto__/__proto__', '__proto__', '/__proto__'],
  ])('%j', (text, host, path) => {
    expect(parseAfterHttpScheme(byteStringOf(text))).toEqual({ ok: true, host, path });
  });

  test.each([
    ['ho st', 'host'],
    [' host', 'host'],
    ['host\\', 'host'],
    ['host^', 'host'],
    ['h%41', 'host'],
    ['h%zz', 'host'],
    ['host/\n', 'control character'],
    ['host/\u{7f}', 'control character'],
    ['host/%zz', 'escape'],
    ['host/%4', 'escape'],
    ['host#%', 'escape'],
    ['u%:p@host', 'escape'],
    ['u p@host', 'user information'],
    ['é@host', 'user information'],
    ['host:x', 'port'],
    ['host:*', 'port'],
    ['host:1:2', 'port'],
    ['[::1]x', 'port'],
    ['[::1]:5x', 'port'],
    ['exampl[e].com', 'IP literal'],
    ['[::1', 'IP literal'],
    ['[1.2.3.4]', 'IP literal'],
    ['[host]', 'IP literal'],
    ['[fe80::1%25]', 'IP literal'],
    ['[fe80::1%25a%2fb]', 'host'],
    ['[fe80::1%25%C3%A9]', 'host'],
  ])('refuses %j', (text, fault) => {
    expect(parseAfterHttpScheme(byteStringOf(text))).toEqual({ ok: false, fault });
  });
});

describe('splitHostPort', () => {
  test.each([
    ['', '', ''],
    ['host', 'host', ''],
    ['host:', 'host', ''],
    ['host:5000', 'host', '5000'],
    [':5000', '', '5000'],
    ['a:b:c', 'a:b:c', ''],
    ['[::1]', '[::1]', ''],
    ['[::1]:5000', '::1', '5000'],
    ['[::1]:', '::1', ''],
    ['[::1]:1:2', '[::1]:1:2', ''],
    ['[[::1]:5', '[[::1]:5', ''],
    ['[::1:5', '[::1:5', ''],
    ['a]:5', 'a]:5', ''],
    ['a:5]', 'a:5]', ''],
  ])('%j', (text, host, port) => {
    expect(splitHostPort(text)).toEqual({ host, port });
  });
});

test('a megabyte of anything is read in linear time', () => {
  for (const text of ['%25', '%', '[', '@', ':', '/', '?', 'a.'].map((unit) => unit.repeat(1_000_000 / unit.length))) {
    expect(parseAfterHttpScheme(text)).toBeDefined();
    expect(splitHostPort(text)).toBeDefined();
  }
});
