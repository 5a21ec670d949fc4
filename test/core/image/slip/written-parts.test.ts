import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { joined, writtenPartsOf } from '../../../../src/core/image/slip/written-parts.ts';
import { effort } from '../../../support/effort.ts';
import { anyText } from '../reference-texts.ts';

test.each([
  ['nginx:1', { path: 'nginx', tag: '1' }],
  ['localhost:5000', { path: 'localhost', tag: '5000' }],
  ['localhost:5000/a:1@x:y', { host: 'localhost:5000', path: 'a', tag: '1', digest: 'x:y' }],
  ['org/app', { path: 'org/app' }],
  ['Org/app', { host: 'Org', path: 'app' }],
  ['ghcr.io/app:feature/x', { host: 'ghcr.io', path: 'app', tag: 'feature/x' }],
  ['/app:', { path: '/app', tag: '' }],
  ['@', { path: '', digest: '' }],
])('%s', (text, parts) => {
  expect(writtenPartsOf(text)).toEqual(parts);
});

test('the parts joined are the text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(joined(writtenPartsOf(text))).toBe(text);
    }),
    { numRuns: effort(500, 2000) },
  );
});
