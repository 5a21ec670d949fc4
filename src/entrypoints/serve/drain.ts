/** Leaving without a failed call (quality.md §5): others learn only slowly that this replica is going. */
import type { Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export type DrainTerms = {
  /** New connections may come for as long as endpoints are still being updated. */
  readonly leastMs: number;
  /** Longer than the API server keeps an idle connection. */
  readonly mostMs: number;
};

export const drainInCluster: DrainTerms = { leastMs: 10_000, mostMs: 95_000 };
/** On a laptop nobody finds another replica. */
export const drainAtOnce: DrainTerms = { leastMs: 0, mostMs: 0 };

/** Returns when no connection is left, or when it has waited long enough. The server keeps listening meanwhile. */
export async function drain(server: Server, { leastMs, mostMs }: DrainTerms): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    const waitedMs = performance.now() - startedMs;
    if (waitedMs >= mostMs) return;
    if (waitedMs >= leastMs && (await connectionsOf(server)) === 0) return;
    await setTimeout(100);
  }
}

async function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.getConnections((_error, count) => resolve(count));
  });
}
