import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRfc3339 } from '../../../src/core/go/rfc3339.ts';

test.each([
  ['1970-01-01T00:00:00Z', 0],
  ['2026-03-01T12:34:56Z', Date.UTC(2026, 2, 1, 12, 34, 56)],
  ['2024-02-29T23:59:59.1239Z', Date.UTC(2024, 1, 29, 23, 59, 59, 123)],
  ['2026-03-01T12:34:56.5+02:30', Date.UTC(2026, 2, 1, 10, 4, 56, 500)],
  ['2026-03-01T12:34:56-07:00', Date.UTC(2026, 2, 1, 19, 34, 56)],
  ['0001-01-01T00:00:00Z', -62_135_596_800_000],
])('reads %s', (text, expected) => {
  expect(parseRfc3339(text)).toBe(expected);
});

describe('refuses', () => {
  test.each([
    '',
    'now',
    '2026-03-01',
    '2026-03-01T12:34:56',
    '2026-03-01 12:34:56Z',
    '2026-03-01T12:34:56z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T00:60:00Z',
    '2026-03-01T00:00:60Z',
    '2026-03-01T00:00:00.Z',
    '2026-03-01T00:00:00+25:00',
    `2026-03-01T00:00:00.${'1'.repeat(1_000_000)}`,
  ])('%.40s', (text) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });
});

test('reads what a Date writes', () => {
  const years = { min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true };

  fc.assert(
    fc.property(fc.date(years), (date) => {
      expect(parseRfc3339(date.toISOString())).toBe(date.getTime());
    }),
  );
});
