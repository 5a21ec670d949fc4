import type { Platform } from '../image/platform.ts';

export type ParsedPlatformList =
  | { readonly ok: true; readonly platforms: readonly Platform[] }
  | { readonly ok: false; readonly error: string };

/** Reads a list like `linux/amd64,linux/arm64/v8`. Nothing is filled in: `linux` alone would mean another thing on each machine. */
export function parsePlatformList(list: string): ParsedPlatformList {
  const platforms: Platform[] = [];
  for (const item of list.split(',')) {
    const platform = parsePlatform(item.trim());
    if (platform === undefined)
      return { ok: false, error: `${JSON.stringify(item)} is not os/arch or os/arch/variant, such as linux/arm64/v8` };
    platforms.push(platform);
  }
  return { ok: true, platforms };
}

/** The characters are those of containerd's platform specifiers. */
function parsePlatform(item: string): Platform | undefined {
  const [os, architecture, variant, ...more] = item.split('/');
  if (os === undefined || architecture === undefined || more.length > 0) return undefined;
  const parts = [os, architecture, ...(variant === undefined ? [] : [variant])];
  if (!parts.every((part) => /^[A-Za-z0-9_.-]+$/.test(part))) return undefined;
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}
