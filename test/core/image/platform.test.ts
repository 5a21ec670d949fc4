import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePlatform } from '../../../src/core/image/parse-platform.ts';
import { formatPlatform, normalizePlatform, type Platform, platformRules } from '../../../src/core/image/platform.ts';

const host: Platform = { os: 'linux', architecture: 'amd64' };
const newest = 'v1.0.0-rc.5';
const oldest = 'v0.2.1';

describe('normalizing', () => {
  test.each<[Platform, Platform]>([
    [
      { os: '', architecture: 'X86-64' },
      { os: 'linux', architecture: 'amd64' },
    ],
    [
      { os: 'macOS', architecture: 'AArch64', variant: 'V8' },
      { os: 'darwin', architecture: 'arm64' },
    ],
    [
      { os: 'linux', architecture: 'armhf', variant: 'v5' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ],
    [
      { os: 'linux', architecture: 'i386', variant: 'v1' },
      { os: 'linux', architecture: '386' },
    ],
    // Go lower-cases each character by itself.
    [
      { os: 'LİNUX', architecture: 'AMD64' },
      { os: 'linux', architecture: 'amd64' },
    ],
    [
      { os: 'linux', architecture: '__proto__', variant: 'constructor' },
      { os: 'linux', architecture: '__proto__', variant: 'constructor' },
    ],
  ])('%o', (platform, normalized) => {
    expect(normalizePlatform(platform, newest, 'linux')).toEqual(normalized);
  });

  test('what names no operating system is of the machine that asks', () => {
    expect(normalizePlatform({ os: '', architecture: 'amd64' }, newest, 'windows').os).toBe('windows');
  });

  test.each([
    ['v8.0', 'v0.2.1', 'v8.0'],
    ['v8.0', 'v1.0.0-rc.1', undefined],
    ['9', 'v0.2.1', '9'],
    ['9', 'v1.0.0-rc.1', 'v9'],
  ] as const)('arm64 %s by %s', (variant, rules, normalized) => {
    expect(normalizePlatform({ os: 'linux', architecture: 'arm64', variant }, rules, 'linux').variant).toBe(normalized);
  });

  test.each([
    ['v1.0.0-rc.2', ['b', 'a', 'b']],
    ['v1.0.0-rc.4', ['a', 'b']],
  ] as const)('features by %s', (rules, osFeatures) => {
    const platform = { os: 'linux', architecture: 'amd64', osFeatures: ['b', 'a', 'b'] };

    expect(normalizePlatform(platform, rules, 'linux').osFeatures).toEqual(osFeatures);
  });

  test('is done once and for all', () => {
    const word = fc.oneof(
      fc.constantFrom('linux', 'macOS', 'ARM', 'arm64', 'aarch64', 'armel', 'x86_64', 'v8', '8', '7', '9.0', 'V1', ''),
      fc.string({ unit: 'grapheme' }),
    );
    const platform = fc.record(
      { os: word, architecture: word, variant: word, osVersion: word, osFeatures: fc.array(word) },
      { requiredKeys: ['os', 'architecture'] },
    ) as fc.Arbitrary<Platform>;
    fc.assert(
      fc.property(platform, fc.constantFrom(...platformRules), (given, rules) => {
        const once = normalizePlatform(given, rules, 'linux');

        expect(normalizePlatform(once, rules, 'linux')).toEqual(once);
      }),
    );
  });

  test('reads long names', () => {
    const long = 'A'.repeat(300_000);

    expect(normalizePlatform({ os: long, architecture: long, variant: long }, newest, 'linux').os).toHaveLength(
      300_000,
    );
  });
});

test.each<[Platform, string]>([
  [{ os: 'linux', architecture: 'arm', variant: 'v7' }, 'linux/arm/v7'],
  [{ os: '', architecture: 'amd64' }, 'unknown'],
  [{ os: 'windows', architecture: 'amd64', osVersion: '10.0.20348' }, 'windows/amd64'],
  [{ os: 'linux', architecture: '..' }, '.'],
])('%o is shown as %s', (platform, shown) => {
  expect(formatPlatform(platform)).toBe(shown);
});

const systemOnArm = (variant: string): unknown =>
  parsePlatform('linux', newest, { os: 'linux', architecture: 'arm', variant });

describe('parsing', () => {
  test.each<[string, Platform]>([
    ['linux/arm64/v8.0', { os: 'linux', architecture: 'arm64', variant: 'v8' }],
    ['linux/armhf', { os: 'linux', architecture: 'arm' }],
    ['linux/arm/v7', { os: 'linux', architecture: 'arm', variant: 'v7' }],
    ['s390x', { os: 'linux', architecture: 's390x' }],
    ['windows', { os: 'windows', architecture: 'amd64' }],
    [
      'windows(10.0.17763+win32k)/amd64',
      { os: 'windows', architecture: 'amd64', osVersion: '10.0.17763', osFeatures: ['win32k'] },
    ],
    ['linux(1%2B0+a%28)/amd64', { os: 'linux', architecture: 'amd64', osVersion: '1+0', osFeatures: ['a('] }],
  ])('%s', (specifier, platform) => {
    expect(parsePlatform(specifier, newest, host)).toEqual({ ok: true, platform });
  });

  test('a variant may have a dot from v1.0.0-rc.1 on', () => {
    expect(parsePlatform('linux/arm64/v8.1', 'v1.0.0-rc.1', host).ok).toBe(true);
  });

  test('a bare system on an ARM machine is of its variant, unless that is the usual one', () => {
    expect(systemOnArm('v6')).toMatchObject({ platform: { variant: 'v6' } });
    expect(systemOnArm('v7')).toEqual({ ok: true, platform: { os: 'linux', architecture: 'arm' } });
  });

  test.each([
    ['linux/*', newest, '"linux/*": wildcards not yet supported: invalid argument'],
    ['foo', newest, '"foo": unknown operating system or architecture: invalid argument'],
    ['a/b/c/d', newest, '"a/b/c/d": cannot parse platform specifier: invalid argument'],
    [
      'a/b/c/d/e',
      newest,
      '"d/e" is an invalid component of "a/b/c/d/e": platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument',
    ],
    [
      'linux/v8.1',
      oldest,
      '"v8.1" is an invalid component of "linux/v8.1": platform specifier component must match "^[A-Za-z0-9_-]+$": invalid argument',
    ],
    [
      '',
      oldest,
      '"" is an invalid OS component of "": OSAndVersion specifier component must match "^([A-Za-z0-9_-]+)(?:\\\\(([A-Za-z0-9_.-]*)\\\\))?$": invalid argument',
    ],
    ['linux(%zz)/amd64', newest, '"linux(%zz)/amd64" has an invalid OS version "%zz": invalid URL escape "%zz"'],
    [
      'linux(+%4)/amd64',
      newest,
      '"linux(+%4)/amd64" has invalid OS features: invalid os feature "%4": invalid URL escape "%4"',
    ],
  ] as const)('%s by %s is refused', (specifier, rules, error) => {
    expect(parsePlatform(specifier, rules, host)).toEqual({ ok: false, error });
  });

  test.each([
    ['features', `linux(${'+a'.repeat(500_000)}`],
    ['escapes', `linux(${'%41'.repeat(300_000)})/amd64`],
    ['slashes', '/'.repeat(1_000_000)],
  ])('reads long %s', (_what, specifier) => {
    expect(parsePlatform(specifier, newest, host).ok).toBe(specifier.endsWith(')/amd64'));
  });

  test('what was parsed and normalized is parsed again as the same', () => {
    const part = fc.stringMatching(/^[a-z0-9_]{1,8}$/);
    fc.assert(
      fc.property(part, part, part, (os, architecture, variant) => {
        const first = parsePlatform(`${os}/${architecture}/${variant}`, newest, host);
        const normalized = normalizePlatform(first.ok ? first.platform : host, newest, 'linux');
        const again = parsePlatform(formatPlatform(normalized), newest, host);

        expect(again.ok && normalizePlatform(again.platform, newest, 'linux')).toEqual(normalized);
      }),
    );
  });
});
