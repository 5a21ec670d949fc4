/**
 * The size of slow test families: random inputs, hostile texts, bursts. `npm test` runs a part of each, so that it ends within a
 * minute; `npm run test:all` runs them in full.
 *
 * No test measures time. Hostile texts are so long that quadratic work would exceed the time limit of their test;
 * `npm run bench -- --only S23` measures how long they take.
 */
export const isFull = process.env.PULLGATE_TESTS === 'full';

export function effort(part: number, full: number): number {
  return isFull ? full : part;
}
