import { quoteGo } from '../go/quote.ts';
import { decodeGoUtf8 } from '../go/utf8.ts';
import { areRulesSince, normalizeArchitecture, normalizeOs, type Platform, type PlatformRules } from './platform.ts';

/**
 * Platforms as people type them, `os[(version[+feature…])][/architecture[/variant]]` or an architecture alone
 * (platforms.go, Parse; features from v1.0.0-rc.4 on). Errors are containerd's texts.
 */
export type ParsedPlatform =
  | { readonly ok: true; readonly platform: Platform }
  | { readonly ok: false; readonly error: string };

/** `host` fills in what is not said. */
export function parsePlatform(specifier: string, rules: PlatformRules, host: Platform): ParsedPlatform {
  const quoted = quoteGo(specifier);
  if (specifier.includes('*')) return invalid(`${quoted}: wildcards not yet supported`);
  const [first = '', ...parts] = splitAtMost(specifier, 4);
  const system = parseSystem(first, specifier, rules, host.os);
  if (!system.ok) return system;
  const component = areRulesSince(rules, 'v1.0.0-rc.1') ? /^[A-Za-z0-9_.-]+$/ : /^[A-Za-z0-9_-]+$/;
  const wrong = parts.find((part) => !component.test(part));
  if (wrong !== undefined)
    return invalid(
      `${quoteGo(wrong)} is an invalid component of ${quoted}: platform specifier component must match ${quoteGo(component.source)}`,
    );
  const [architecture, variant, ...more] = parts;
  if (more.length > 0) return invalid(`${quoted}: cannot parse platform specifier`);
  if (architecture !== undefined) return found(withArchitecture(system.platform, architecture, variant, rules));
  if (knownSystems.has(system.platform.os)) return found(withHostArchitecture(system.platform, host));
  const alone = withArchitecture({ ...system.platform, os: host.os }, first, undefined, rules);
  if (knownArchitectures.has(alone.architecture)) return found(alone);
  return invalid(`${quoted}: unknown operating system or architecture`);
}

function parseSystem(text: string, specifier: string, rules: PlatformRules, hostOs: string): ParsedPlatform {
  const pattern = areRulesSince(rules, 'v1.0.0-rc.4')
    ? /^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$/
    : /^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.-]*)\))?$/;
  const match = pattern.exec(text);
  const quoted = quoteGo(specifier);
  if (match === null)
    return invalid(
      `${quoteGo(text)} is an invalid OS component of ${quoted}: OSAndVersion specifier component must match ${quoteGo(pattern.source)}`,
    );
  const [, os = '', version = '', features = ''] = match;
  const osVersion = unescapeOption(version);
  if (osVersion === undefined)
    return refused(`${quoted} has an invalid OS version ${quoteGo(version)}: ${escapeFault(version)}`);
  const osFeatures: string[] = [];
  for (const written of features === '' ? [] : features.slice(1).split('+')) {
    const feature = unescapeOption(written);
    if (feature === undefined)
      return refused(
        `${quoted} has invalid OS features: invalid os feature ${quoteGo(written)}: ${escapeFault(written)}`,
      );
    osFeatures.push(feature);
  }
  return found({
    os: normalizeOs(os, hostOs),
    architecture: '',
    ...(osVersion === '' ? {} : { osVersion }),
    ...(osFeatures.length === 0 ? {} : { osFeatures }),
  });
}

/** Parse keeps `arm` without its v7, and spells the variant of an `arm64` out where one was given. */
function withArchitecture(
  system: Platform,
  written: string,
  writtenVariant: string | undefined,
  rules: PlatformRules,
): Platform {
  const [architecture, normalized] = normalizeArchitecture(written, writtenVariant ?? '', rules);
  const isPlainArm = architecture === 'arm' && normalized === 'v7' && writtenVariant === undefined;
  const isPlainArm64 = architecture === 'arm64' && normalized === '' && writtenVariant !== undefined;
  const variant = isPlainArm ? '' : isPlainArm64 ? 'v8' : normalized;
  return { ...system, architecture, ...(variant === '' ? {} : { variant }) };
}

function withHostArchitecture(system: Platform, host: Platform): Platform {
  const hasOwnVariant = host.architecture === 'arm' && host.variant !== undefined && host.variant !== 'v7';
  return {
    ...system,
    architecture: host.architecture,
    ...(hasOwnVariant ? { variant: host.variant } : {}),
  };
}

/** Go's url.PathUnescape; undefined where an escape is broken. */
function unescapeOption(text: string): string | undefined {
  if (brokenEscape.test(text)) return undefined;
  const [plain = '', ...escaped] = text.split('%');
  // What may stand here unescaped is ASCII.
  const bytes = escaped.map((part) => String.fromCharCode(Number.parseInt(part.slice(0, 2), 16)) + part.slice(2));
  return decodeGoUtf8(Uint8Array.from(plain + bytes.join(''), (byte) => byte.charCodeAt(0)));
}

const brokenEscape = /%(?![0-9a-fA-F]{2})/;

function escapeFault(text: string): string {
  const at = text.search(brokenEscape);
  return `invalid URL escape ${quoteGo(text.slice(at, at + 3))}`;
}

/** strings.SplitN: the last part keeps its separators. */
function splitAtMost(text: string, count: number): readonly string[] {
  const parts = text.split('/');
  return [...parts.slice(0, count - 1), ...(parts.length < count ? [] : [parts.slice(count - 1).join('/')])];
}

function found(platform: Platform): ParsedPlatform {
  return { ok: true, platform };
}

function invalid(error: string): ParsedPlatform {
  return refused(`${error}: invalid argument`);
}

function refused(error: string): ParsedPlatform {
  return { ok: false, error };
}

/** platforms database.go, isKnownOS and isKnownArch. */
export const knownSystems: ReadonlySet<string> = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos'.split(
    ' ',
  ),
);
export const knownArchitectures: ReadonlySet<string> = new Set(
  (
    '386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ' +
    'ppc riscv riscv64 s390 s390x sparc sparc64 wasm'
  ).split(' '),
);
