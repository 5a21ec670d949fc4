/**
 * An LRU cache that several askers fill (contract §5). Once it is full, who holds more than a share of it makes room with what is
 * its own, so that many images of one namespace do not push out those of the others.
 */
import { LRUCache } from 'lru-cache';

export type SharedCache<Value> = {
  readonly get: (key: string) => Value | undefined;
  readonly peek: (key: string) => Value | undefined;
  readonly has: (key: string) => boolean;
  /** @param asker absent where there is only one */
  readonly set: (key: string, value: Value, asker?: string) => void;
  readonly delete: (key: string) => void;
};

export type SharedCacheSettings<Value> = {
  readonly entries: number;
  readonly bytes: number;
  readonly sizeOf: (value: Value) => number;
};

type Entry<Value> = { readonly value: Value; readonly asker: string | undefined; readonly size: number };
/** Keys as they were used last. */
type Holder = { readonly keys: Set<string>; bytes: number };

const share = 0.25;

export function openSharedCache<Value>({ entries, bytes, sizeOf }: SharedCacheSettings<Value>): SharedCache<Value> {
  const holdings = new Map<string, Holder>();
  const cache = new LRUCache<string, Entry<Value>>({
    max: entries,
    maxSize: bytes,
    sizeCalculation: ({ size }) => size,
    dispose: ({ asker, size }, key) => {
      const holding = asker === undefined ? undefined : holdings.get(asker);
      if (asker === undefined || holding === undefined) return;
      holding.keys.delete(key);
      holding.bytes -= size;
      if (holding.keys.size === 0) holdings.delete(asker);
    },
  });

  const makeRoom = (asker: string, size: number): void => {
    for (const key of holdings.get(asker)?.keys ?? []) {
      const isFull = cache.size >= entries || cache.calculatedSize + size > bytes;
      const held = holdings.get(asker);
      const isOverShare =
        held !== undefined && (held.keys.size >= entries * share || held.bytes + size > bytes * share);
      if (!isFull || !isOverShare) return;
      cache.delete(key);
    }
  };

  return {
    get: (key) => {
      const entry = cache.get(key);
      const keys = entry?.asker === undefined ? undefined : holdings.get(entry.asker)?.keys;
      if (keys?.delete(key)) keys.add(key);
      return entry?.value;
    },
    peek: (key) => cache.peek(key)?.value,
    has: (key) => cache.has(key),
    set: (key, value, asker) => {
      const size = sizeOf(value);
      if (asker !== undefined) makeRoom(asker, size);
      cache.set(key, { value, asker, size });
      if (asker === undefined || !cache.has(key)) return;
      const holding = holdings.get(asker) ?? { keys: new Set(), bytes: 0 };
      holding.keys.add(key);
      holding.bytes += size;
      holdings.set(asker, holding);
    },
    delete: (key) => void cache.delete(key),
  };
}
