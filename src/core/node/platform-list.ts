import { parsePlatform } from '../image/parse-platform.ts';
import type { Platform } from '../image/platform.ts';

export type ParsedPlatformList =
  | { readonly ok: true; readonly platforms: readonly Platform[] }
  | { readonly ok: false; readonly error: string };

/** Reads a list like `linux/amd64,linux/arm64/v8`. Nothing is filled in: `linux` alone would mean another thing on each machine. */
export function parsePlatformList(list: string): ParsedPlatformList {
  const platforms: Platform[] = [];
  for (const item of list.split(',')) {
    const parsed = parsePlatform(item.trim(), 'v1.0.0-rc.4', nowhere);
    if (!item.includes('/') || !parsed.ok)
      return { ok: false, error: `${JSON.stringify(item)} is not os/arch or os/arch/variant, such as linux/arm64/v8` };
    platforms.push(parsed.platform);
  }
  return { ok: true, platforms };
}

const nowhere: Platform = { os: '', architecture: '' };
