/** What the measurements of a run share: how much of everything, who calls, who answers. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cpuMicrosOf } from './machine.ts';
import type { Called, Calls } from './parties/client.ts';
import { type Registry, startRegistry } from './parties/registry.ts';
import type { Webhook } from './parties/webhook.ts';

export type Effort = {
  readonly rounds: number;
  /** Reviews in each round of a warm measurement. */
  readonly reviews: number;
  /** Images that are held in memory. */
  readonly images: number;
  /** Reviews of the long run, each tenth with a new image. */
  readonly longReviews: number;
  readonly files: number;
  readonly waitsForLifetimes: boolean;
};

export const efforts = {
  quick: { rounds: 3, reviews: 300, images: 500, longReviews: 4_000, files: 500, waitsForLifetimes: false },
  usual: { rounds: 5, reviews: 2_000, images: 10_000, longReviews: 100_000, files: 5_000, waitsForLifetimes: true },
  full: { rounds: 9, reviews: 5_000, images: 10_000, longReviews: 1_000_000, files: 5_000, waitsForLifetimes: true },
} as const satisfies Record<string, Effort>;

export type Bench = {
  readonly effort: Effort;
  readonly registry: Registry;
  readonly call: (webhook: Webhook, calls: Omit<Calls, 'url' | 'caPath'>) => Promise<Called>;
  /** CPU of the webhook for each call, in microseconds. */
  readonly cpuMicrosPerCall: (webhook: Webhook, calls: Omit<Calls, 'url' | 'caPath'>) => Promise<number>;
  readonly end: () => void;
};

export async function openBench(effort: Effort): Promise<Bench> {
  const registry = await startRegistry();
  const client: ChildProcess = fork(join(import.meta.dirname, 'parties/client.ts'));
  const call: Bench['call'] = async ({ url, caPath }, calls) => {
    client.send({ url, caPath, ...calls });
    const [called] = (await once(client, 'message')) as [Called];
    return called;
  };
  return {
    effort,
    registry,
    call,
    cpuMicrosPerCall: async (webhook, calls) => {
      const before = cpuMicrosOf(webhook.pid);
      const { failed } = await call(webhook, calls);
      if (failed > 0) throw new Error(`${failed} of ${calls.count} calls failed`);
      return (cpuMicrosOf(webhook.pid) - before) / calls.count;
    },
    end: () => {
      registry.close();
      client.kill();
    },
  };
}
