/** Platforms of nodes as people write them, with `--platform` or as `nodes.platforms`. */
import { knownArchitectures, knownSystems, parsePlatform } from '../core/image/parse-platform.ts';
import type { Platform } from '../core/image/platform.ts';
import { nearestKey } from './nearest-key.ts';
import { shown } from './shown.ts';

export type ParsedPlatforms =
  | { readonly ok: true; readonly platforms: readonly Platform[] }
  | { readonly ok: false; readonly error: string };

export type ParsedNodePlatform =
  | { readonly ok: true; readonly platform: Platform }
  | { readonly ok: false; readonly error: string };

/** Reads a list like `linux/amd64,linux/arm64/v8`. */
export function parsePlatformList(list: string): ParsedPlatforms {
  const platforms: Platform[] = [];
  for (const item of list.split(',')) {
    const parsed = parseNodePlatform(item.trim());
    if (!parsed.ok) return parsed;
    platforms.push(parsed.platform);
  }
  return { ok: true, platforms };
}

/**
 * Nothing is filled in: `linux` alone would mean another thing on each machine. Names that Go does not know are refused,
 * because no node has such a platform and every image would lack it.
 */
export function parseNodePlatform(written: string): ParsedNodePlatform {
  const parsed = parsePlatform(written, 'v1.0.0-rc.4', nowhere);
  if (!written.includes('/') || !parsed.ok)
    return refused(`${shown(written)} is not os/arch or os/arch/variant, such as linux/arm64/v8`);
  const { os, architecture } = parsed.platform;
  if (!knownSystems.has(os)) return refused(unknownName('operating system', os, written, [...knownSystems]));
  if (!knownArchitectures.has(architecture))
    return refused(unknownName('architecture', architecture, written, [...knownArchitectures]));
  return parsed;
}

const nowhere: Platform = { os: '', architecture: '' };

function unknownName(what: string, name: string, written: string, known: readonly string[]): string {
  // Of names that are equally near the ones that nodes have count first.
  const nearest = nearestKey(name, [...usual, ...known]);
  const hint = nearest === undefined ? 'write one such as linux/amd64' : `did you mean ${nearest}?`;
  return `${shown(written)} names an unknown ${what} ${shown(name)}; ${hint}`;
}

const usual = ['linux', 'windows', 'amd64', 'arm64', 's390x', 'ppc64le', 'riscv64'];

function refused(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
