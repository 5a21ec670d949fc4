import { describe, expect, test } from 'vitest';
import { fingerprintsOf, fnv1a64 } from '../../../src/report/format/fingerprint.ts';
import { placedFindings } from '../../../src/report/format/placed-finding.ts';
import { image, type mixed, noSecret, notFound, report, vast, workload } from '../reports.ts';

/** Vectors of the draft that describes FNV. */
test.each([
  ['', 'cbf29ce484222325'],
  ['a', 'af63dc4c8601ec8c'],
  ['foobar', '85944171f73967e8'],
])('FNV-1a of %j is %s', (text, expected) => {
  expect(fnv1a64(text)).toBe(expected);
});

test.each(['ü🚢', 'x'.repeat(999), '\ud800'])('FNV-1a of %j is what the definition says', (text) => {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  expect(fnv1a64(text)).toBe(hash.toString(16).padStart(16, '0'));
});

const printsOf = (one: typeof mixed) => fingerprintsOf(placedFindings(one));

describe('the fingerprint of a finding', () => {
  test('outlives other lines, other words and another order', () => {
    const before = report([
      workload('a', [image('x:1', [notFound], { line: 3 })]),
      workload('b', [image('x:1', [notFound])]),
    ]);
    const after = report([
      workload('b', [image('x:1', [{ ...notFound, message: 'other' }])], {
        workload: { source: { file: 'k8s/web.yaml', document: 9, line: 99 } },
      }),
      workload('a', [image('x:1', [{ ...notFound, certainty: 'likely' }], { line: 30 })]),
    ]);
    expect(printsOf(after)).toEqual(printsOf(before).toReversed());
  });

  test.each([
    ['image', workload('a', [image('x:2', [notFound])])],
    ['path', workload('a', [image('x:1', [notFound], { path: 'spec.other' })])],
    ['code', workload('a', [image('x:1', [{ ...notFound, code: 'access-denied' }])])],
    ['name', workload('b', [image('x:1', [notFound])])],
    ['namespace', workload('a', [image('x:1', [notFound])], { workload: { namespace: 'other' } })],
    ['kind', workload('a', [image('x:1', [notFound])], { workload: { kind: 'Job' } })],
  ])('differs by %s', (_, other) => {
    expect(printsOf(report([other]))).not.toEqual(printsOf(report([workload('a', [image('x:1', [notFound])])])));
  });

  test("is no other one's, even of the same code about the same workload", () => {
    const twice = report([workload('a', [], { findings: [noSecret, noSecret] })]);
    for (const one of [twice, vast]) expect(new Set(printsOf(one)).size).toBe(printsOf(one).length);
  });
});
