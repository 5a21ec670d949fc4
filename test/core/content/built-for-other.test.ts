import { expect, test } from 'vitest';
import { isBuiltForOther } from '../../../src/core/content/built-for-other.ts';
import type { Platform } from '../../../src/core/image/platform.ts';

const of24 = { generation: '2.4', path: 'transfer' } as const;
const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };
const windows = { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348' };

test.each<[Platform, Platform, boolean]>([
  [amd64, amd64, false],
  [{ os: 'Linux', architecture: 'x86_64' }, amd64, false],
  [{ os: '', architecture: 'amd64' }, amd64, false],
  [{ os: 'linux', architecture: '386' }, amd64, false],
  [amd64, { os: 'linux', architecture: '386' }, true],
  [arm64, amd64, true],
  [{ os: 'linux', architecture: 'arm', variant: 'v7' }, arm64, false],
  // Variants are seldom true.
  [{ os: 'linux', architecture: 'amd64', variant: 'v3' }, amd64, false],
  [{ os: 'linux', architecture: 'arm', variant: 'v7' }, { os: 'linux', architecture: 'arm', variant: 'v6' }, false],
  // Configs of artifacts and of scratch builds say nothing.
  [{ os: '', architecture: '' }, amd64, false],
  [windows, amd64, true],
  [amd64, windows, true],
  [{ ...windows, osVersion: '10.0.20348.1' }, windows, false],
  [{ ...windows, osVersion: '10.0.17763.1' }, windows, true],
  [{ os: 'windows', architecture: 'amd64' }, windows, false],
  [{ ...windows, osFeatures: ['win32k'] }, windows, false],
])('built for %o, on %o: %s', (built, node, expected) => {
  expect(isBuiltForOther(built, node, of24)).toBe(expected);
});
