/** P4, P6, P7, P10: reviews that arrive when they arrive, with many images in memory. */
import type { Bench } from '../bench.ts';
import { median, type Outcome } from '../goal.ts';
import { residentMiB } from '../machine.ts';
import { type Product, startProduct } from '../parties/webhook.ts';

const containers = 3;
const closed = { kind: 'closed', callers: 25 } as const;
const open = { kind: 'open', perSecond: 1_000 } as const;

export async function loadGoals(bench: Bench): Promise<readonly Outcome[]> {
  return [...(await underLoad(bench)), ...(await withNewImages(bench)), ...(await besideLargeOnes(bench))];
}

/** Every image of the pool once. */
const whole = (images: number) => ({
  count: Math.ceil(images / containers),
  load: closed,
  reviews: { images, containers },
});

async function underLoad(bench: Bench): Promise<readonly Outcome[]> {
  const { registry, call, cpuMicrosPerCall, effort } = bench;
  const { images, reviews, rounds } = effort;
  const product = await startProduct(registry.url, { inspect: 'platform' });
  const few = { ...whole(100), count: reviews };
  await call(product, few);
  const heapOfFew = (await product.probe()).heapBytes;
  const cpuOfFew = [await cpuMicrosPerCall(product, few), await cpuMicrosPerCall(product, few)];
  await call(product, whole(images));
  registry.takeCounts();
  const heapOfMany = (await product.probe()).heapBytes;
  const many = { ...whole(images), count: reviews };
  const cpuOfMany = [await cpuMicrosPerCall(product, many), await cpuMicrosPerCall(product, many)];
  const taken = [];
  for (let round = 0; round < Math.min(rounds, 5); round += 1)
    taken.push(await call(product, { ...many, load: open, count: reviews * 2 }));
  const resident = residentMiB(product.pid, 'VmRSS');
  await product.end();
  registry.takeCounts();
  const text = `${open.perSecond} reviews/s of ${containers} containers, one processor, ${images} images warm`;
  const figure = { kind: 'figure', anchor: 'from the moment a call was due' } as const;
  return [
    {
      ...figure,
      id: 'P4',
      what: `${text}: p99`,
      unit: 'ms',
      bound: { atMost: 5 },
      rounds: taken.map(({ latencyMs }) => latencyMs.p99),
    },
    {
      ...figure,
      id: 'P4',
      what: 'the same: p99.9',
      unit: 'ms',
      bound: { atMost: 25 },
      rounds: taken.map(({ latencyMs }) => latencyMs.p999),
    },
    {
      id: 'P4',
      what: 'the same: failed calls',
      kind: 'count',
      unit: 'calls',
      bound: { exactly: 0 },
      anchor: 'answers of the webhook',
      rounds: taken.map(({ failed }) => failed),
    },
    {
      id: 'P6',
      what: `resident memory with ${images} images, under that load`,
      kind: 'figure',
      unit: 'MiB',
      bound: { atMost: 160 },
      anchor: 'VmRSS',
      rounds: [resident],
    },
    {
      id: 'P6',
      what: 'heap of each image in memory',
      kind: 'figure',
      unit: 'KB',
      bound: { atMost: 1.2 },
      anchor: `after a collection, with 100 and with ${images} images`,
      rounds: [(heapOfMany - heapOfFew) / 1000 / (images - 100)],
    },
    {
      id: 'P10',
      what: `CPU of a warm review with ${images} images / with 100`,
      kind: 'ratio',
      unit: '×',
      bound: { atMost: 1.1 },
      anchor: `${Math.round(median(cpuOfMany))} µs / ${Math.round(median(cpuOfFew))} µs`,
      rounds: [median(cpuOfMany) / median(cpuOfFew)],
    },
  ];
}

/** The same reviews under load and one after the other, at two webhooks that know all but the new images: the verdicts must be the same. */
async function withNewImages({ registry, call, effort }: Bench): Promise<readonly Outcome[]> {
  const count = effort.reviews * 10;
  const reviews = { images: 1_000, containers, newImageEach: 50, missingImageEach: 70 };
  const answered = async (product: Product, load: typeof closed | { kind: 'open'; perSecond: number }) => {
    await call(product, whole(reviews.images));
    const called = await call(product, { count, load, reviews, keepsAnswers: true });
    await product.end();
    return called;
  };
  const busy = await answered(await startProduct(registry.url, { inspect: 'platform' }), {
    kind: 'open',
    perSecond: 500,
  });
  const idle = await answered(await startProduct(registry.url, { inspect: 'platform' }), closed);
  registry.takeCounts();
  const counted = { id: 'P4', kind: 'count', bound: { exactly: 0 } } as const;
  return [
    {
      ...counted,
      what: `${count} reviews at 500/s, 2 % with a new image: failed calls`,
      unit: 'calls',
      anchor: 'answers of the webhook',
      rounds: [busy.failed],
    },
    {
      ...counted,
      what: 'the same: reviews with another verdict or warning than at an idle webhook',
      unit: 'reviews',
      anchor: `${idle.denied} denials of the idle one, ${busy.denied} of the other`,
      rounds: [busy.answers.filter((answer, number) => answer !== idle.answers[number]).length],
    },
  ];
}

async function besideLargeOnes({ registry, call, effort }: Bench): Promise<readonly Outcome[]> {
  const product = await startProduct(registry.url, { inspect: 'platform' });
  const reviews = { images: 50, containers };
  await call(product, { count: effort.reviews, load: closed, reviews });
  const large = {
    count: 1,
    load: { kind: 'closed', callers: 1 },
    reviews: { ...reviews, padding: 6_900_000 },
  } as const;
  const blocked: number[] = [];
  for (let round = 0; round < effort.rounds; round += 1) {
    await product.probe();
    await call(product, large);
    blocked.push((await product.probe()).loopDelayMs.most);
  }
  await product.end();
  registry.takeCounts();
  return [
    {
      id: 'P7',
      what: 'one review of 7 MB blocks the event loop for',
      kind: 'figure',
      unit: 'ms',
      bound: { atMost: 40 },
      anchor: 'monitorEventLoopDelay',
      rounds: blocked,
    },
  ];
}
