import { expect, test } from 'vitest';
import type { Goal, Outcome } from '../../bench/goal.ts';
import { type BenchRun, failedCounts, pageOf, tableOf } from '../../bench/report.ts';

const ratio: Goal = { id: 'P3', what: 'CPU', kind: 'ratio', unit: '×', bound: { atMost: 1 }, anchor: '12 µs / 10 µs' };
const count: Goal = {
  id: 'P1',
  what: 'asked',
  kind: 'count',
  unit: 'requests',
  bound: { exactly: 150 },
  anchor: 'seen',
};

const outcomes: readonly Outcome[] = [
  { ...count, rounds: [150, 150] },
  { ...count, rounds: [150, 151, 150] },
  { ...ratio, rounds: [1.1, 1.3, 1.2] },
  { ...ratio, rounds: [0.5, 3, 0.75] },
  { id: 'P8', what: 'audit', because: 'there is none' },
];

const run: BenchRun = {
  commit: 'abc',
  date: '2026-01-02',
  effort: 'usual',
  versions: { pullgate: '0.1.0', node: '24.0.0' },
  machine: { load: 0.4, processor: 'a processor', processors: 2, isPinned: true },
  steal: 0.012,
  outcomes,
};

test('a row has the median of its rounds, and the first count that is wrong', () => {
  expect(tableOf(run)).toBe(
    [
      '| goal | what  | must be      | is           | reached      | anchor        |',
      '| ---- | ----- | ------------ | ------------ | ------------ | ------------- |',
      '| P1   | asked | 150 requests | 150 requests | yes          | seen          |',
      '| P1   | asked | 150 requests | 151 requests | no           | seen          |',
      '| P3   | CPU   | ≤ 1 ×        | 1.20 ×       | no           | 12 µs / 10 µs |',
      '| P3   | CPU   | ≤ 1 ×        | 0.75 ×       | yes          | 12 µs / 10 µs |',
      '| P8   | audit |              | –            | not measured | there is none |',
    ].join('\n'),
  );
});

test('a count in one round fails a run, a ratio does not', () => {
  expect(failedCounts(run)).toEqual([outcomes[1]]);
});

test('the page says how it was measured, and on what', () => {
  const page = pageOf(run);

  expect(page).toContain('`npm run bench -- --write docs/performance.md`');
  expect(page).toContain(
    'Measured on 2026-01-02 at commit abc, usual effort: pullgate 0.1.0, node 24.0.0; 2 processors\n(a processor), what is measured alone on the first one; 1.2 % steal,\nload 0.4 when it began.',
  );
  expect(page).toContain(tableOf(run));
});
