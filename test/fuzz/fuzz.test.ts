/** S18, S23, F18: a part of `npm run fuzz`, the same texts each time. */
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { effort } from '../support/effort.ts';
import { families } from './families.ts';
import { startFuzzedServe } from './fuzzed-serve.ts';

const seed = 20_260_101;

test.each(families)('$name: whatever comes in, nothing breaks', async ({ texts, holds }) => {
  const holding = fc.asyncProperty(texts, async (text) => holds(text));

  await expect(fc.assert(holding, { numRuns: effort(300, 20_000), seed })).resolves.toBeUndefined();
});

test('serve answers every review, and never with a 5xx', async () => {
  const serve = await startFuzzedServe();
  onTestFinished(serve.end);
  const reviews = families.find(({ name }) => name === 'reviews');
  if (reviews === undefined) throw new Error('reviews are fuzzed');
  const answered = fc.asyncProperty(reviews.texts, async (body) => serve.answers(body));

  await expect(fc.assert(answered, { numRuns: effort(100, 2_000), seed })).resolves.toBeUndefined();
});
