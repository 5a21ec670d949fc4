/** What one plugin answered, for as long and for as many images as it said (plugin.go, getCachedCredentials). */
import type { ProviderResponse } from './provider-response.ts';

export type ProviderCache = {
  /** @param image normalized repository name */
  readonly entriesFor: (image: string) => ProviderResponse['entries'] | undefined;
  readonly keep: (image: string, response: ProviderResponse) => void;
};

/** No registry is called so. */
const globalKey = '<global>';
/** A hostile stream of image names must not cost memory without end. */
const mostKept = 1000;

/** @param now milliseconds of a clock that never goes back */
export function makeProviderCache(defaultCacheMs: number, now: () => number): ProviderCache {
  const kept = new Map<string, { readonly entries: ProviderResponse['entries']; readonly expiresAtMs: number }>();
  return {
    entriesFor: (image) => {
      for (const key of [image, registryOf(image), globalKey]) {
        const found = kept.get(key);
        if (found !== undefined && now() <= found.expiresAtMs) return found.entries;
        kept.delete(key);
      }
      return undefined;
    },
    keep: (image, { cacheKeyType, cacheMs = defaultCacheMs, entries }) => {
      if (cacheMs <= 0) return;
      const key = cacheKeyType === 'Image' ? image : cacheKeyType === 'Registry' ? registryOf(image) : globalKey;
      kept.delete(key);
      kept.set(key, { entries, expiresAtMs: now() + cacheMs });
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    },
  };
}

function registryOf(image: string): string {
  const [registry = ''] = image.split('/', 1);
  return registry;
}
