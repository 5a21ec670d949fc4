/** Tests of `npm test` count requests and steps, or are given a clock: on a busy machine a measured time says nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const directory = join(import.meta.dirname, '..');
/** With real parts, which have clocks of their own. */
const suites = /^(?:cluster|nodes|registry)\//;
const itself = 'architecture/no-measured-time.test.ts';

test('no test measures time', () => {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.test.ts') && !suites.test(file) && file !== itself,
  );
  const measuring = files.filter((file) =>
    /performance\.now|process\.hrtime|console\.time/.test(readFileSync(join(directory, file), 'utf8')),
  );

  expect(files.length).toBeGreaterThan(100);
  expect(measuring).toEqual([]);
});
