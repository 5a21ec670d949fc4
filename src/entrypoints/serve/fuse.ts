/**
 * The fuse (contract §3): what fails for many workloads at once is more likely the registry's trouble, or ours, than
 * theirs. Then its findings deny nothing for a while.
 */
import { LRUCache } from 'lru-cache';
import type { Fuse } from '../../config/config.ts';

export type FuseBox = {
  /** Why findings of the registry may not deny now. */
  readonly blownFor: (registry: string) => string | undefined;
  /** Something was denied because of what the registry said. @returns whether the fuse has blown of it. */
  readonly denied: (registry: string, namespace: string, workload: string) => boolean;
};

/** Denials in more namespaces than these at once are no coincidence. */
const mostNamespaces = 3;

type Denials = {
  readonly workloads: Map<string, { readonly atMs: number; readonly namespace: string }>;
  blownUntilMs: number;
};

export function openFuseBox(fuse: Fuse, nowMs: () => number): FuseBox {
  if (fuse.kind === 'none') return { blownFor: () => undefined, denied: () => false };
  const { workloads: most, windowMs, holdMs } = fuse;
  const byRegistry = new LRUCache<string, Denials>({ max: 1_000 });
  return {
    blownFor: (registry) => {
      const until = byRegistry.get(registry)?.blownUntilMs ?? 0;
      return until > nowMs()
        ? 'too many workloads were denied because of this registry; it is not believed for a while'
        : undefined;
    },
    denied: (registry, namespace, workload) => {
      const denials = byRegistry.get(registry) ?? { workloads: new Map(), blownUntilMs: 0 };
      byRegistry.set(registry, denials);
      denials.workloads.set(`${namespace}/${workload}`, { atMs: nowMs(), namespace });
      for (const [key, { atMs }] of denials.workloads) if (nowMs() - atMs > windowMs) denials.workloads.delete(key);
      const namespaces = new Set([...denials.workloads.values()].map((denial) => denial.namespace));
      if (denials.workloads.size <= most && namespaces.size <= mostNamespaces) return false;
      denials.blownUntilMs = nowMs() + holdMs;
      denials.workloads.clear();
      return true;
    },
  };
}
