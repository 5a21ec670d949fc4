/**
 * What an image can be built for, and what a node is: the words of the OCI image specification, and the canonical
 * spelling that containerd compares (github.com/containerd/platforms). Whether one suits the other is not known here.
 */
import { lowerCaseGo } from '../go/lower-case.ts';
import { joinPath } from '../go/path.ts';

export type Platform = {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  /** `os.version`; Windows: major.minor.build, an image's with a revision behind it. */
  readonly osVersion?: string;
  /** `os.features` */
  readonly osFeatures?: readonly string[];
};

/** Releases of github.com/containerd/platforms that a containerd was built with, as far as their rules differ. */
export const platformRules = ['v0.2.1', 'v1.0.0-rc.1', 'v1.0.0-rc.2', 'v1.0.0-rc.4', 'v1.0.0-rc.5'] as const;
export type PlatformRules = (typeof platformRules)[number];

export function areRulesSince(rules: PlatformRules, since: PlatformRules): boolean {
  return platformRules.indexOf(rules) >= platformRules.indexOf(since);
}

/** The canonical spelling. A platform that names no operating system is one of the machine that asks. */
export function normalizePlatform(platform: Platform, rules: PlatformRules, hostOs: string): Platform {
  const [architecture, variant] = normalizeArchitecture(platform.architecture, platform.variant ?? '', rules);
  const features = platform.osFeatures ?? [];
  const sortsFeatures = areRulesSince(rules, 'v1.0.0-rc.4');
  return {
    os: normalizeOs(platform.os, hostOs),
    architecture,
    ...(variant === '' ? {} : { variant }),
    ...(platform.osVersion === undefined ? {} : { osVersion: platform.osVersion }),
    ...(features.length === 0 ? {} : { osFeatures: sortsFeatures ? [...new Set(features)].toSorted() : features }),
  };
}

export function normalizeOs(os: string, hostOs: string): string {
  if (os === '') return hostOs;
  const lower = lowerCaseGo(os);
  return lower === 'macos' ? 'darwin' : lower;
}

/** platforms database.go, normalizeArch. */
export function normalizeArchitecture(
  architecture: string,
  variant: string,
  rules: PlatformRules,
): readonly [architecture: string, variant: string] {
  const name = lowerCaseGo(architecture);
  const lower = lowerCaseGo(variant);
  switch (name) {
    case 'i386':
      return ['386', ''];
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return ['amd64', lower === 'v1' ? '' : lower];
    case 'aarch64':
    case 'arm64':
      return ['arm64', arm64Variant(lower, rules)];
    case 'armhf':
      return ['arm', 'v7'];
    case 'armel':
      return ['arm', 'v6'];
    case 'arm':
      return ['arm', armVariant(lower)];
  }
  return [name, lower];
}

function arm64Variant(variant: string, rules: PlatformRules): string {
  if (variant === '8' || variant === 'v8') return '';
  if (rules === 'v0.2.1') return variant;
  if (variant === 'v8.0') return '';
  return variant === '9' || variant === '9.0' || variant === 'v9.0' ? 'v9' : variant;
}

function armVariant(variant: string): string {
  if (variant === '') return 'v7';
  return /^[5-8]$/.test(variant) ? `v${variant}` : variant;
}

/** `os/architecture/variant`, as messages show it. */
export function formatPlatform(platform: Platform): string {
  return platform.os === '' ? 'unknown' : joinPath(platform.os, platform.architecture, platform.variant ?? '');
}
