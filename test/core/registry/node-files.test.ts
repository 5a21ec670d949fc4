import { expect, test } from 'vitest';
import { existsOnNode, fileNamesIn, readNodeFile } from '../../../src/core/registry/node-files.ts';

const files = new Map([
  [
    '/etc/certs.d',
    new Map([
      ['a/b.crt', 'B'],
      ['a/c/d.crt', 'D'],
      ['a/A.crt', 'A'],
      ['empty/.keep', ''],
      ['top', 'T'],
    ]),
  ],
  ['/etc/other/', new Map([['x', 'X']])],
]);

test.each([
  ['/etc/certs.d/a/b.crt', { kind: 'content', content: 'B' }],
  ['/etc/certs.d//a/c/../b.crt', { kind: 'content', content: 'B' }],
  ['/etc/other/x', { kind: 'content', content: 'X' }],
  ['/etc/certs.d/z', { kind: 'absent', error: 'open /etc/certs.d/z: no such file or directory' }],
  ['/etc/certs.d/a', { kind: 'unreadable', error: 'read /etc/certs.d/a: is a directory' }],
  ['/etc/certs.d', { kind: 'unreadable', error: 'read /etc/certs.d: is a directory' }],
  ['/etc/certs.d/top/x', { kind: 'unreadable', error: 'open /etc/certs.d/top/x: not a directory' }],
  ['/etc/certs.d/../passwd', { kind: 'elsewhere', path: '/etc/certs.d/../passwd' }],
  ['/etc/certs.dd/a/b.crt', { kind: 'elsewhere', path: '/etc/certs.dd/a/b.crt' }],
])('reads %s', (path, read) => {
  expect(readNodeFile(files, path)).toEqual(read);
});

test('knows what exists', () => {
  const paths = ['/etc/certs.d/a', '/etc/certs.d/empty', '/etc/certs.d/top', '/etc/certs.d/a/z', '/etc'];

  expect(paths.filter((path) => existsOnNode(files, path))).toEqual(paths.slice(0, 3));
});

test('lists files, not directories, in the order of their bytes', () => {
  expect(fileNamesIn(files, '/etc/certs.d/a')).toEqual(['A.crt', 'b.crt']);
  expect(fileNamesIn(files, '/etc/certs.d')).toEqual(['top']);
  expect(fileNamesIn(files, '/nowhere')).toEqual([]);
});
