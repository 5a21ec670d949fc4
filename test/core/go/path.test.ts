import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanPath, joinPath } from '../../../src/core/go/path.ts';

describe('cleanPath', () => {
  test.each([
    ['', '.'],
    ['.', '.'],
    ['/', '/'],
    ['//', '/'],
    ['/..', '/'],
    ['/../a', '/a'],
    ['a/..', '.'],
    ['a/../..', '..'],
    ['../../a/.', '../../a'],
    ['/a//b/./c/../d/', '/a/b/d'],
    ['httpd.example.com', 'httpd.example.com'],
  ])('%s → %s', (path, clean) => {
    expect(cleanPath(path)).toBe(clean);
  });

  test('changes nothing the second time', () => {
    const path = fc.array(fc.constantFrom('/', '.', '..', 'a', ''), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(path, (text) => {
        expect(cleanPath(cleanPath(text))).toBe(cleanPath(text));
      }),
    );
  });
});

test.each([
  [[], ''],
  [['', ''], ''],
  [['/a', 'b'], '/a/b'],
  [['/a', ''], '/a'],
  [['/a/', '../b'], '/b'],
  [['/', '//v2', 'library/nginx'], '/v2/library/nginx'],
])('joinPath %j → %s', (parts, path) => {
  expect(joinPath(...parts)).toBe(path);
});
