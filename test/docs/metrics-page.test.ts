import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { metricsPage, ownMetrics } from '../../tools/metrics-page.ts';

test('docs/metrics.md is the register: write it again with "node tools/metrics-page.ts > docs/metrics.md"', () => {
  expect(readFileSync('docs/metrics.md', 'utf8')).toBe(metricsPage());
});

test('the page names every metric that the program registers, with its labels', () => {
  const page = readFileSync('docs/metrics.md', 'utf8');
  const listed = [...page.matchAll(/^\| `(pullgate_[a-z_]+)` *\| (\w+) *\| ([^|]*?) *\|/gm)].map(
    ([, name, type, labels = '']) => ({
      name,
      type,
      labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
    }),
  );

  expect(listed).toEqual(ownMetrics().map(({ name, type, labels }) => ({ name, type, labels })));
});
