import { array, assert, constantFrom, dictionary, integer, property, record, string, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { packed, sizeOf, unpacked } from '../../../src/sources/registry/packed-answer.ts';
import { aFailure, aResponse } from '../../support/exchanges.ts';

test('what was packed comes out as it was, and older', () => {
  const names = constantFrom('content-type', 'www-authenticate', '__proto__', 'x-other');
  const answers = record({
    status: integer({ min: 200, max: 599 }),
    headers: dictionary(names, array(string(), { minLength: 1, maxLength: 3 })),
    body: uint8Array(),
  });
  assert(
    property(answers, integer({ min: 0 }), ({ status, headers, body }, ageMs) => {
      const answer = aResponse(status, { headers: new Map(Object.entries(headers)), body });
      expect(unpacked(packed(answer), ageMs)).toEqual({ ...answer, ageMs });
    }),
  );
  expect(unpacked(packed(aFailure('dns')), 7)).toEqual(aFailure('dns', 7));
});

test('bodies and headers have their size', () => {
  const bare = sizeOf(packed(aResponse(200)));
  const headers = new Map([['server', ['x'.repeat(500)]]]);

  expect(sizeOf(packed(aResponse(200, { text: 'x'.repeat(1000) })))).toBe(bare + 1000);
  expect(sizeOf(packed(aResponse(200, { headers })))).toBeGreaterThan(bare + 500);
});
