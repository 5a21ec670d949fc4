import { expect, test } from 'vitest';
import { isLabelKey, isLabelValue } from '../../../src/core/node/label-syntax.ts';

test.each([
  'zone',
  'A.b_c-d',
  '0',
  'kubernetes.io/arch',
  'a-b.example/Name',
  'a'.repeat(63),
  `${'a'.repeat(253)}/${'b'.repeat(63)}`,
])('%.40s is a label key', (key) => {
  expect(isLabelKey(key)).toBe(true);
});

test.each([
  '',
  '/',
  '/zone',
  'example.com/',
  'a/b/c',
  '-zone',
  'zone-',
  'zo ne',
  'zone\n',
  '__proto__',
  'zoné',
  'Example.com/zone',
  'ex_ample.com/zone',
  'example..com/zone',
  '.example.com/zone',
  'a'.repeat(64),
  `${'a'.repeat(254)}/b`,
  'a'.repeat(1_000_000),
  '/'.repeat(1_000_000),
])('%.40j is no label key', (key) => {
  expect(isLabelKey(key)).toBe(false);
});

test.each(['', 'a', 'A.b_c-d', 'a'.repeat(63)])('%.40j is a label value', (value) => {
  expect(isLabelValue(value)).toBe(true);
});

test.each([' ', '_a', 'a.', 'a/b', 'a\n', 'é', 'a'.repeat(64)])('%.40j is no label value', (value) => {
  expect(isLabelValue(value)).toBe(false);
});
