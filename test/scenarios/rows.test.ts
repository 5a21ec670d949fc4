import { expect, test } from 'vitest';
import { scenarios } from './all.ts';
import { rowsWithoutAScene } from './rows-without-a-scene.ts';

/** Chapter 10 of the pull semantics: A1 to A34 are false rejections, B1 to B35 false passes. */
const rows = [
  ...Array.from({ length: 34 }, (_, index) => `A${index + 1}`),
  ...Array.from({ length: 35 }, (_, index) => `B${index + 1}`),
];

test('every row of the list of pitfalls has a scene on real nodes, or a reason why it has none', () => {
  const played = new Set(scenarios.flatMap((scenario) => scenario.rows));

  expect(rows.filter((row) => !played.has(row))).toEqual(Object.keys(rowsWithoutAScene));
});

test('scenes have names of their own, and rows that exist', () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  expect(scenarios.length).toBeGreaterThanOrEqual(120);
  for (const scenario of scenarios) expect(rows).toEqual(expect.arrayContaining([...scenario.rows]));
});
