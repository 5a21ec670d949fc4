/**
 * Which platforms of an image suit a node, and which of them best: containerd's matchers (github.com/containerd/platforms,
 * compare.go). Both ways of pulling choose an image by the compatible platforms; the transfer service downloads by the exact one.
 */
import { areRulesSince, normalizePlatform, type Platform, type PlatformRules } from '../image/platform.ts';
import { runsWindowsVersion } from './windows-version.ts';

/** How well a platform suits; lower tier, lower place, more features, higher version are better. */
export type Rank = {
  /** 0: it matches. 1: it does not, but its place without its features still counts when entries are put in order. */
  readonly tier: 0 | 1;
  readonly place: number;
  readonly features: number;
  readonly version: string;
};
export type Matcher = (platform: Platform) => Rank;

export function isMatch(rank: Rank): boolean {
  return rank.tier === 0;
}

/** As a sort wants it: the better first, 0 for equally good ones. */
export function compareRanks(a: Rank, b: Rank): number {
  if (a.tier !== b.tier) return a.tier - b.tier;
  if (a.place !== b.place) return a.place - b.place;
  if (a.features !== b.features) return b.features - a.features;
  if (a.version === b.version) return 0;
  return a.version > b.version ? -1 : 1;
}

/** What the transfer service downloads: only what is exactly the node's platform. */
export function exactMatcher(node: Platform, rules: PlatformRules): Matcher {
  return orderedMatcher([node], rules);
}

/**
 * What containerd runs on the node (platforms.Default): the exact platform first, then what its processor runs, too. On
 * Windows from rc.2 on only the exact one, the highest version first.
 */
export function compatibleMatcher(node: Platform, rules: PlatformRules): Matcher {
  const host = normalizePlatform(node, rules, node.os);
  if (host.os === 'windows' && areRulesSince(rules, 'v1.0.0-rc.2')) return windowsMatcher(host, rules);
  return orderedMatcher(compatiblePlatforms(host, rules), rules);
}

function windowsMatcher(host: Platform, rules: PlatformRules): Matcher {
  return (platform) => {
    if (!suits(platform, normalizePlatform(platform, rules, host.os), host, rules))
      return { tier: 1, place: 0, features: 0, version: '' };
    return { tier: 0, place: 0, features: 0, version: platform.osVersion ?? '' };
  };
}

function orderedMatcher(platforms: readonly Platform[], rules: PlatformRules): Matcher {
  const hosts = platforms.map((platform) => normalizePlatform(platform, rules, platform.os));
  const ranksFeatures = areRulesSince(rules, 'v1.0.0-rc.4');
  const placeOf = (platform: Platform): number | undefined => {
    const normalized = normalizePlatform(platform, rules, hosts[0]?.os ?? '');
    const place = hosts.findIndex((host) => suits(platform, normalized, host, rules));
    return place === -1 ? undefined : place;
  };
  return (platform) => {
    const features = ranksFeatures ? (platform.osFeatures ?? []).length : 0;
    const place = placeOf(platform);
    if (place !== undefined) return { tier: 0, place, features, version: '' };
    const bare = features === 0 ? undefined : placeOf({ ...platform, osFeatures: [] });
    return { tier: 1, place: bare ?? hosts.length, features: 0, version: '' };
  };
}

/** The containerd that asks runs on the host: what names no operating system was normalized to the host's. */
function suits(platform: Platform, normalized: Platform, host: Platform, rules: PlatformRules): boolean {
  const { os, architecture, variant } = normalized;
  if (os !== host.os || architecture !== host.architecture || variant !== host.variant) return false;
  if (os === 'windows' && !runsWindowsVersion(host.osVersion, platform.osVersion, rules)) return false;
  return !areRulesSince(rules, 'v1.0.0-rc.4') || offersFeatures(host, platform.osFeatures ?? []);
}

/** On Windows win32k is taken for granted, once. */
function offersFeatures(host: Platform, features: readonly string[]): boolean {
  const granted = host.os === 'windows' ? features.indexOf('win32k') : -1;
  return features.every((feature, index) => index === granted || (host.osFeatures ?? []).includes(feature));
}

/** platforms compare.go, platformVector: what a processor runs, best first. */
function compatiblePlatforms(host: Platform, rules: PlatformRules): readonly Platform[] {
  const as = (architecture: string, variant: string): Platform => {
    const { variant: _variant, ...rest } = host;
    return { ...rest, architecture, ...(variant === '' ? {} : { variant }) };
  };
  const variant = host.variant ?? '';
  switch (host.architecture) {
    case 'amd64':
      return [host, ...lowerVariants(variant, 1).map((lower) => as('amd64', lower)), as('386', '')];
    case 'arm':
      return [host, ...lowerVariants(variant, 5).map((lower) => as('arm', lower))];
    case 'arm64':
      return arm64Platforms(host, variant === '' ? 'v8' : variant, rules, as);
  }
  return [host];
}

function arm64Platforms(
  host: Platform,
  variant: string,
  rules: PlatformRules,
  as: (architecture: string, variant: string) => Platform,
): readonly Platform[] {
  const arm = (own: string): readonly Platform[] => [own, ...lowerVariants(own, 5)].map((lower) => as('arm', lower));
  if (rules === 'v0.2.1') return [host, ...arm(variant)];
  const version = /^v(8|9)(?:\.(\d))?$/.exec(variant);
  if (version === null || (version[1] === '9' && Number(version[2] ?? 0) > 7)) return [];
  const minor = Number(version[2] ?? 0);
  const of8 = version[1] === '9' ? Math.min(minor + 5, 9) : minor;
  const variants = [...(version[1] === '9' ? minorVariants('v9', minor) : []), ...minorVariants('v8', of8)];
  return [...variants.map((own) => as('arm64', own)), ...arm('v8')];
}

/** `v8.2`, `v8.1`, `v8` */
function minorVariants(major: string, from: number): readonly string[] {
  return Array.from({ length: from + 1 }, (_, index) => (from === index ? major : `${major}.${from - index}`));
}

/** `v7` down to the lowest: `v6`, `v5`. No processor has more variants than the 16 that are looked at. */
function lowerVariants(variant: string, lowest: number): readonly string[] {
  const own = /^v?\+?(\d{1,4})$/.exec(variant)?.[1];
  const count = own === undefined ? 0 : Math.min(Number(own) - lowest, 16);
  return Array.from({ length: Math.max(count, 0) }, (_, index) => `v${Number(own) - 1 - index}`);
}
