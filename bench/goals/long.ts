/** P6: whether memory stays as it is over many reviews of many images. */
import type { Bench } from '../bench.ts';
import type { Outcome } from '../goal.ts';
import { startProduct } from '../parties/webhook.ts';

const newImageEach = 10;

/** A tenth of the reviews has an image that was never seen; the memory is full when half of them are through. */
export async function longGoals({ registry, call, effort }: Bench): Promise<readonly Outcome[]> {
  const half = effort.longReviews / 2;
  const limits = { cacheEntries: Math.floor(half / newImageEach / 2) };
  const product = await startProduct(registry.url, { inspect: 'platform', limits });
  const reviews = { images: 50, containers: 1, newImageEach };
  const heaps: number[] = [];
  for (const from of [0, half]) {
    await call(product, { count: half, from, load: { kind: 'closed', callers: 8 }, reviews });
    heaps.push((await product.probe()).heapBytes / 2 ** 20);
    registry.takeCounts();
  }
  await product.end();
  const [before = Number.NaN, after = Number.NaN] = heaps;
  return [
    {
      id: 'P6',
      what: `heap after ${effort.longReviews} reviews with ${effort.longReviews / newImageEach} images / after half of them`,
      kind: 'ratio',
      unit: '×',
      bound: { atMost: 1.03 },
      anchor: `${after.toFixed(1)} MiB / ${before.toFixed(1)} MiB, after a collection`,
      rounds: [after / before],
    },
  ];
}
