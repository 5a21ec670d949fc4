import { expect, test } from 'vitest';
import { parseGoBool } from '../../../src/core/go/bool.ts';

test.each(['1', 't', 'T', 'true', 'TRUE', 'True'])('%j is true', (text) => {
  expect(parseGoBool(text)).toBe(true);
});

test.each(['0', 'f', 'F', 'false', 'FALSE', 'False'])('%j is false', (text) => {
  expect(parseGoBool(text)).toBe(false);
});

test.each(['', 'yes', 'tRUE', ' true', 'truE', '2', '__proto__'])('%j is neither', (text) => {
  expect(parseGoBool(text)).toBeUndefined();
});
