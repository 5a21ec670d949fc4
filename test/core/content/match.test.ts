import { describe, expect, test } from 'vitest';
import { compareRanks, compatibleMatcher, exactMatcher, isMatch } from '../../../src/core/content/match.ts';
import { runsWindowsVersion } from '../../../src/core/content/windows-version.ts';
import { parsePlatform } from '../../../src/core/image/parse-platform.ts';
import type { Platform, PlatformRules } from '../../../src/core/image/platform.ts';

/** As in an index: the variant is what is written. */
function platform(text: string): Platform {
  const [system = '', architecture = '', variant] = text.split('/');
  const parsed = parsePlatform(`${system}/${architecture}`, 'v1.0.0-rc.5', { os: 'linux', architecture: 'amd64' });
  if (!parsed.ok) throw new Error(parsed.error);
  return { ...parsed.platform, ...(variant === undefined ? {} : { variant }) };
}

/** Those that match, best first. */
function chosenFrom(node: string, entries: readonly string[], rules: PlatformRules): readonly string[] {
  const matcher = compatibleMatcher(platform(node), rules);
  return entries
    .map((entry) => ({ entry, rank: matcher(platform(entry)) }))
    .filter(({ rank }) => isMatch(rank))
    .toSorted((a, b) => compareRanks(a.rank, b.rank))
    .map(({ entry }) => entry);
}

const arms = [
  'linux/arm/v5',
  'linux/arm/v6',
  'linux/arm/v7',
  'linux/arm/v8',
  'linux/arm64',
  'linux/arm64/v8.1',
  'linux/arm64/v9',
];

test.each<[string, PlatformRules, readonly string[], readonly string[]]>([
  ['linux/amd64', 'v1.0.0-rc.5', ['linux/386', 'linux/amd64/v2', 'linux/amd64'], ['linux/amd64', 'linux/386']],
  [
    'linux/amd64/v3',
    'v1.0.0-rc.5',
    ['linux/amd64', 'linux/amd64/v2', 'linux/386', 'linux/amd64/v4'],
    ['linux/amd64/v2', 'linux/amd64', 'linux/386'],
  ],
  ['linux/arm64', 'v1.0.0-rc.5', arms, ['linux/arm64', 'linux/arm/v8', 'linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5']],
  [
    'linux/arm64/v8.1',
    'v1.0.0-rc.5',
    arms,
    ['linux/arm64/v8.1', 'linux/arm64', 'linux/arm/v8', 'linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5'],
  ],
  [
    'linux/arm64/v9',
    'v1.0.0-rc.5',
    arms,
    [
      'linux/arm64/v9',
      'linux/arm64/v8.1',
      'linux/arm64',
      'linux/arm/v8',
      'linux/arm/v7',
      'linux/arm/v6',
      'linux/arm/v5',
    ],
  ],
  ['linux/arm64/v8.1', 'v0.2.1', arms, ['linux/arm64/v8.1']],
  ['linux/arm64/v9.8', 'v1.0.0-rc.5', arms, []],
  ['linux/arm/v6', 'v1.0.0-rc.5', arms, ['linux/arm/v6', 'linux/arm/v5']],
  ['linux/s390x', 'v1.0.0-rc.5', [...arms, 'linux/s390x'], ['linux/s390x']],
  [
    'linux(+a+b)/amd64',
    'v1.0.0-rc.5',
    ['linux(+c)/amd64', 'linux(+a)/amd64', 'linux(+b+a)/amd64', 'linux/amd64'],
    ['linux(+b+a)/amd64', 'linux(+a)/amd64', 'linux/amd64'],
  ],
  ['linux/amd64', 'v1.0.0-rc.2', ['linux(+c)/amd64', 'linux/amd64'], ['linux(+c)/amd64', 'linux/amd64']],
  ['linux/arm64/v9.7', 'v1.0.0-rc.5', ['linux/arm64/v8.9'], ['linux/arm64/v8.9']],
  // Windows: from rc.2 on the exact architecture only, the highest version first; before that in their order.
  [
    'windows/amd64',
    'v1.0.0-rc.2',
    ['windows/386', 'windows(1)/amd64', 'windows(2)/amd64'],
    ['windows(2)/amd64', 'windows(1)/amd64'],
  ],
  [
    'windows(10.0.20348)/amd64',
    'v1.0.0-rc.5',
    ['windows/386', 'windows(10.0.20348.1)/amd64', 'windows(10.0.20348.2)/amd64', 'windows/amd64'],
    ['windows(10.0.20348.2)/amd64', 'windows(10.0.20348.1)/amd64', 'windows/amd64'],
  ],
  [
    'windows(10.0.20348)/amd64',
    'v1.0.0-rc.1',
    ['windows/386', 'windows(10.0.20348.1)/amd64', 'windows(10.0.20348.2)/amd64'],
    ['windows(10.0.20348.1)/amd64', 'windows(10.0.20348.2)/amd64', 'windows/386'],
  ],
  [
    'windows/amd64',
    'v1.0.0-rc.4',
    ['windows(+win32k)/amd64', 'windows(+win32k+win32k)/amd64'],
    ['windows(+win32k)/amd64'],
  ],
])('on %s by %s', (node, rules, entries, expected) => {
  expect(chosenFrom(node, entries, rules)).toEqual(expected);
});

test('the exact platform knows no fallback', () => {
  const matcher = exactMatcher(platform('linux/arm64'), 'v1.0.0-rc.5');

  expect(arms.filter((entry) => isMatch(matcher(platform(entry))))).toEqual(['linux/arm64']);
});

test('an entry that only its features keep from matching comes before the others', () => {
  const matcher = compatibleMatcher(platform('linux/amd64'), 'v1.0.0-rc.4');
  const [other, almost] = [matcher(platform('linux/s390x')), matcher(platform('linux(+x)/amd64'))];

  expect(isMatch(almost)).toBe(false);
  expect(compareRanks(almost, other)).toBeLessThan(0);
});

test.each([
  [{ os: 'linux', architecture: 'amd64' }],
  [{ os: 'windows', architecture: 'amd64', osVersion: '10.0.20348' }],
])('what names no operating system is for that of the node: %o', (node) => {
  const matcher = compatibleMatcher(node, 'v1.0.0-rc.5');

  expect(isMatch(matcher({ os: '', architecture: 'amd64' }))).toBe(true);
});

test('a variant of any height is looked at', () => {
  expect(chosenFrom('linux/amd64/v9999', ['linux/amd64/v9998', 'linux/386'], 'v1.0.0-rc.5')).toHaveLength(2);
});

describe('Windows builds', () => {
  const rules: readonly PlatformRules[] = ['v0.2.1', 'v1.0.0-rc.1', 'v1.0.0-rc.2', 'v1.0.0-rc.4', 'v1.0.0-rc.5'];

  test.each<[string | undefined, string | undefined, readonly boolean[]]>([
    ['10.0.17763', '10.0.17763.1', [true, true, true, true, true]],
    ['10.0.17763', '10.0.17134.1', [false, false, false, false, false]],
    ['10.0.20348', '10.0.17763.1', [false, false, false, false, false]],
    ['10.0.22621', '10.0.20348.1', [true, true, true, true, true]],
    ['10.0.22621', '10.0.26100.1', [false, false, false, false, false]],
    ['10.0.26100', '10.0.20348.1', [true, true, true, true, true]],
    ['10.0.26200', '10.0.20348.1', [true, true, false, false, true]],
    ['10.0.26200', '10.0.26100.1', [true, true, true, true, true]],
    ['10.0.20348', '11.0.20348', [false, false, false, false, false]],
    ['10.0.20348', undefined, [true, true, true, true, true]],
    ['10.0.20348', '', [true, true, true, true, true]],
    [undefined, '10.0.1', [true, true, true, true, true]],
    ['garbage', '10.0.17763', [false, true, true, true, true]],
    ['10.0', '10.0.0', [false, true, true, true, true]],
    ['0.0.5', '10.0.20348', [false, false, false, false, false]],
    ['0.1.0', '10.0.20348', [false, false, false, false, false]],
    // 256 is 0 in 8 bits, and no number of theirs to later versions.
    ['256.0.20348', '10.0.20348', [false, true, true, true, true]],
    ['10.0.20348', 'garbage', [false, false, false, false, false]],
    // 85884 is 20348 in 16 bits.
    ['10.0.20348', '10.0.85884', [true, false, false, false, false]],
    // Go's Atoi returns the greatest number for a greater one.
    ['10.0.65535', '10.0.9223372036854775808', [true, false, false, false, false]],
    ['10.0.20348', `10.0.${'9'.repeat(1000)}`, [false, false, false, false, false]],
  ])('host %s, image %s', (host, image, expected) => {
    expect(rules.map((rule) => runsWindowsVersion(host, image, rule))).toEqual(expected);
  });
});
