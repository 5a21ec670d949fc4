import { expect, test } from 'vitest';
import { nearestKey } from '../../src/config/nearest-key.ts';
import { parseMatch } from '../../src/config/registry-match.ts';
import { shown } from '../../src/config/shown.ts';
import { covers, parseLocation } from '../../src/core/credential/registry-key.ts';

test.each([
  ['docker.io', 'docker.io/library/nginx', true],
  ['https://index.docker.io/v1/', 'docker.io/library/nginx', true],
  ['index.docker.io', 'docker.io/library/nginx', true],
  ['*.example.com', 'a.example.com/app', true],
  ['*.example.com', 'a.b.example.com/app', false],
  ['example.com/team', 'example.com/team/app', true],
  ['example.com/team', 'example.com/other/app', false],
  ['example.com', 'example.com:5000/app', false],
])('%s matches %s: %s', (match, image, expected) => {
  const parsed = parseMatch(match);
  const location = parseLocation(image);
  expect(parsed.ok && location !== undefined && covers(parsed.match, location)).toBe(expected);
});

test.each([
  ['', 'is empty; write a registry such as registry.example.com:5000'],
  [
    'https://',
    '"https://" is not a registry (host); write host, port and path as images do, such as registry.example.com:5000 or *.example.com/team',
  ],
])('%j is no registry', (match, problem) => {
  expect(parseMatch(match)).toEqual({ ok: false, problem });
});

test('a password in a key is not repeated', () => {
  expect(JSON.stringify(parseMatch('https://user:geheim@exa mple.com'))).not.toContain('geheim');
});

test.each([
  ['exempt-namespaces', 'exemptNamespaces'],
  ['exmptNamespaces', 'exemptNamespaces'],
  ['mod', 'mode'],
  ['x', undefined],
  ['mode'.repeat(1000), undefined],
])('the key nearest to %s is %s', (written, nearest) => {
  expect(nearestKey(written, ['mode', 'exemptNamespaces', 'deny'])).toBe(nearest);
});

test.each([
  ['a', '"a"'],
  ['a'.repeat(61), `"${'a'.repeat(60)}…"`],
  ['\u{1b}[31m', '"\\u{1b}[31m"'],
  [undefined, 'nothing'],
  [null, 'nothing'],
  [['a'], 'a list'],
  [{}, 'a mapping'],
  [1.5, '1.5'],
])('%j is shown as %s', (value, text) => {
  expect(shown(value)).toBe(text);
});
