import { areRulesSince, type PlatformRules } from '../image/platform.ts';

/**
 * Which Windows builds of an image run on which host (platforms platform_windows_compat.go and its predecessors): before
 * Server 2022 only the host's own build, since then a range, because the kernel's interface is stable.
 */
type WindowsVersion = { readonly major: number; readonly minor: number; readonly build: number };

const ltsc2022 = 20_348;
const ltsc2025 = 26_100;

/** `host` and `image` as `os.version` has them; empty or absent means any. */
export function runsWindowsVersion(host: string | undefined, image: string | undefined, rules: PlatformRules): boolean {
  if (host === undefined || host === '' || image === undefined || image === '') return true;
  const hostVersion = parseWindowsVersion(host, rules);
  if (areRulesSince(rules, 'v1.0.0-rc.1') && isUnset(hostVersion)) return true;
  return isCompatible(hostVersion, parseWindowsVersion(image, rules), rules);
}

function isCompatible(host: WindowsVersion, image: WindowsVersion, rules: PlatformRules): boolean {
  if (host.major !== image.major || host.minor !== image.minor) return false;
  if (host.build < ltsc2022) return host.build === image.build;
  return oldestBuildFor(host.build, rules) <= image.build && image.build <= host.build;
}

/** rc.2 to rc.4 take a host newer than Server 2025 for one of the next generation. */
function oldestBuildFor(hostBuild: number, rules: PlatformRules): number {
  const countsAsNext = rules === 'v1.0.0-rc.2' || rules === 'v1.0.0-rc.4';
  return countsAsNext && hostBuild > ltsc2025 ? ltsc2025 : ltsc2022;
}

const unset: WindowsVersion = { major: 0, minor: 0, build: 0 };

function isUnset(version: WindowsVersion): boolean {
  return version.major === 0 && version.minor === 0 && version.build === 0;
}

/** All zero where there is no version to read. */
function parseWindowsVersion(text: string, rules: PlatformRules): WindowsVersion {
  const [major, minor, build] = text.split('.', 3);
  if (major === undefined || minor === undefined || build === undefined) return unset;
  if (rules === 'v0.2.1') return { major: wrapped(major, 8), minor: wrapped(minor, 8), build: wrapped(build, 16) };
  const version = { major: unsigned(major, 8), minor: unsigned(minor, 8), build: unsigned(build, 16) };
  return Object.values(version).some(Number.isNaN) ? unset : version;
}

/** strconv.ParseUint; NaN for an error. */
function unsigned(text: string, bits: number): number {
  if (!/^[0-9]+$/.test(text)) return Number.NaN;
  const value = Number(text);
  return value < 2 ** bits ? value : Number.NaN;
}

/** strconv.Atoi without a look at its error, then cut to size. */
function wrapped(text: string, bits: number): number {
  if (!/^[+-]?[0-9]+$/.test(text)) return 0;
  return Number(BigInt.asUintN(bits, clampedInt64(text)));
}

/** Of what does not fit Atoi returns the nearest number that does. */
function clampedInt64(text: string): bigint {
  const digits = text.replace(/^[+-]?0*/, '').slice(0, 20);
  const magnitude = BigInt(digits === '' ? '0' : digits);
  if (text.startsWith('-')) return magnitude > 2n ** 63n ? -(2n ** 63n) : -magnitude;
  return magnitude >= 2n ** 63n ? 2n ** 63n - 1n : magnitude;
}
