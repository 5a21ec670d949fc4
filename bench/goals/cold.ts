/** P5: a first look at images, beside the bare requests that it takes, one after the other. */
import { Agent, request } from 'undici';
import type { Bench } from '../bench.ts';
import { median, type Outcome } from '../goal.ts';
import type { Asked } from '../parties/registry.ts';
import { type Product, startProduct } from '../parties/webhook.ts';

const delaysMs = [20, 100];
const sizes = [1, 3, 20];
const allowedMs = 3;

export async function coldGoals(bench: Bench): Promise<readonly Outcome[]> {
  const { registry, call, effort } = bench;
  const product = await startProduct(registry.url, { inspect: 'platform' });
  // Compiled, but without any of the images that follow.
  await call(product, {
    count: 200,
    load: { kind: 'closed', callers: 4 },
    reviews: { images: 200, containers: 1, pool: 'warm-up' },
  });
  const outcomes: Outcome[] = [];
  for (const delayMs of delaysMs)
    for (const containers of sizes) {
      const taken = { cold: [] as number[], bare: [] as number[] };
      let requests = 0;
      for (let round = 0; round < effort.rounds; round += 1) {
        registry.delayMs = delayMs;
        const pool = `cold-${delayMs}-${containers}-${round}`;
        const { ms, asked } = await coldReview(bench, product, containers, pool);
        // All images of a Pod are looked at together, so that they take as long as one.
        const ofOne = asked.filter(({ path }) => path.includes(`${pool}-0`));
        requests = ofOne.length;
        taken.cold.push(ms);
        taken.bare.push(await bareMs(registry.url, ofOne));
      }
      const bareMedian = median(taken.bare);
      outcomes.push({
        id: 'P5',
        what: `cold review, ${containers} image${containers === 1 ? '' : 's'}, ${delayMs} ms registry: time / bare requests of one image`,
        kind: 'ratio',
        unit: '×',
        bound: { atMost: 1.1 + allowedMs / bareMedian },
        anchor: `${Math.round(median(taken.cold))} ms / ${Math.round(bareMedian)} ms of ${requests} requests; 1.10 and ${allowedMs} ms allowed`,
        rounds: taken.cold.map((ms, round) => ms / (taken.bare[round] ?? Number.NaN)),
      });
    }
  registry.delayMs = 0;
  await product.end();
  registry.takeCounts();
  return outcomes;
}

async function coldReview({ registry, call }: Bench, product: Product, containers: number, pool: string) {
  const heard = registry.listenIn();
  const reviews = { images: containers, containers, pool };
  const { latencyMs } = await call(product, { count: 1, load: { kind: 'closed', callers: 1 }, reviews });
  return { ms: latencyMs.most, asked: heard() };
}

async function bareMs(url: string, asked: readonly Asked[]): Promise<number> {
  const dispatcher = new Agent({ connections: 1 });
  const startedMs = performance.now();
  for (const { method, path, headers } of asked) {
    const { body } = await request(`${url}${path}`, { dispatcher, method: method as 'GET' | 'HEAD', headers });
    await body.dump();
  }
  const ms = performance.now() - startedMs;
  await dispatcher.close();
  return ms;
}
