/** P1, P2, P7: what a burst of Pods over few images asks of a registry, and whether the event loop stays free. */
import { setTimeout } from 'node:timers/promises';
import type { Bench } from '../bench.ts';
import type { Outcome } from '../goal.ts';
import { residentMiB } from '../machine.ts';
import { startProduct } from '../parties/webhook.ts';

const pods = 1_000;
const images = 50;
const reviews = { images, containers: 3 };
const burst = { count: pods, load: { kind: 'closed', callers: 200 }, reviews } as const;
const burstText = `${pods} Pods of 3 containers over ${images} images, 200 at a time`;
const registryDelayMs = 20;
/** Above the longest life of a tag in memory, 66 s. */
const lifetimeMs = 67_000;

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0);
const anchor = 'counted at the registry';

export async function burstGoals(bench: Bench): Promise<readonly Outcome[]> {
  return [...(await resolving(bench)), ...(await withPlatforms(bench)), await manyImages(bench)];
}

async function resolving({ registry, call }: Bench): Promise<readonly Outcome[]> {
  const product = await startProduct(registry.url, { inspect: 'resolve' });
  registry.delayMs = registryDelayMs;
  await product.probe();
  const { failed } = await call(product, burst);
  const cold = registry.takeCounts();
  const { loopDelayMs } = await product.probe();
  await call(product, burst);
  const warm = registry.takeCounts();
  registry.delayMs = 0;
  await product.end();
  const counted = { id: 'P1', kind: 'count', anchor } as const;
  return [
    {
      ...counted,
      what: `${burstText}, \`resolve\`: requests`,
      unit: 'requests',
      bound: { exactly: 3 * images },
      rounds: [sum(cold)],
    },
    {
      ...counted,
      what: 'the same: requests that read a manifest or a blob',
      unit: 'requests',
      bound: { exactly: 0 },
      rounds: [(cold['GET manifest'] ?? 0) + (cold['GET blob'] ?? 0)],
    },
    { ...counted, what: 'the same again: requests', unit: 'requests', bound: { exactly: 0 }, rounds: [sum(warm)] },
    { ...counted, what: 'failed calls of the burst', unit: 'calls', bound: { exactly: 0 }, rounds: [failed] },
    {
      id: 'P7',
      what: 'delay of the event loop during the burst, p99',
      kind: 'figure',
      unit: 'ms',
      bound: { atMost: 10 },
      anchor: 'monitorEventLoopDelay',
      rounds: [loopDelayMs.p99],
    },
  ];
}

async function withPlatforms({ registry, call, effort }: Bench): Promise<readonly Outcome[]> {
  const product = await startProduct(registry.url, { inspect: 'platform' });
  await call(product, burst);
  const cold = registry.takeCounts();
  await call(product, burst);
  const warm = registry.takeCounts();
  if (effort.waitsForLifetimes) await setTimeout(lifetimeMs);
  await call(product, burst);
  const later = registry.takeCounts();
  await product.end();
  const counted = { kind: 'count', unit: 'requests', anchor } as const;
  const what = 'the same with `platform`';
  return [
    { ...counted, id: 'P1', what: `${what}: requests`, bound: { exactly: 6 * images }, rounds: [sum(cold)] },
    {
      ...counted,
      id: 'P2',
      what: `${what}: manifests read, an index and one of its platforms each`,
      bound: { exactly: 2 * images },
      rounds: [cold['GET manifest'] ?? 0],
    },
    { ...counted, id: 'P1', what: `${what}, again: requests`, bound: { exactly: 0 }, rounds: [sum(warm)] },
    ...(effort.waitsForLifetimes
      ? [
          {
            ...counted,
            id: 'P2',
            what: 'after the life of the tags: requests, HEAD alone',
            bound: { exactly: images },
            rounds: [sum(later)],
          },
          {
            ...counted,
            id: 'P2',
            what: 'after the life of the tags: manifests read again',
            bound: { exactly: 0 },
            rounds: [later['GET manifest'] ?? 0],
          },
        ]
      : [{ id: 'P2', what: 'after the life of the tags', because: '`--quick` does not wait for it' }]),
  ];
}

async function manyImages({ registry, call }: Bench): Promise<Outcome> {
  const product = await startProduct(registry.url, { inspect: 'platform' });
  await call(product, { ...burst, reviews: { ...reviews, images: 10 * images } });
  registry.takeCounts();
  const rounds = [residentMiB(product.pid, 'VmHWM')];
  await product.end();
  return {
    id: 'P6',
    what: `resident memory at most, in the burst with ${10 * images} images`,
    kind: 'figure',
    unit: 'MiB',
    bound: { atMost: 256 },
    anchor: 'VmHWM',
    rounds,
  };
}
