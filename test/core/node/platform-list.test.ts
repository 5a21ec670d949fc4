import { expect, test } from 'vitest';
import { parsePlatformList } from '../../../src/core/node/platform-list.ts';

test.each([
  ['linux/amd64', [{ os: 'linux', architecture: 'amd64' }]],
  [
    'linux/amd64, linux/arm64/v8',
    [
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64', variant: 'v8' },
    ],
  ],
  ['Windows/x86_64', [{ os: 'windows', architecture: 'amd64' }]],
])('reads %j', (list, platforms) => {
  expect(parsePlatformList(list)).toEqual({ ok: true, platforms });
});

test.each([
  ['', '""'],
  ['linux', '"linux"'],
  ['linux/amd64,', '""'],
  ['linux/', '"linux/"'],
  ['/amd64', '"/amd64"'],
  ['linux/arm64/', '"linux/arm64/"'],
  ['linux/arm64/v8/x', '"linux/arm64/v8/x"'],
  ['linux/amd 64', '"linux/amd 64"'],
  ['linux/amd64;linux/arm64', '"linux/amd64;linux/arm64"'],
  ['linux/amd64,linux\u0007/x', String.raw`"linux\u0007/x"`],
])('refuses %j', (list, item) => {
  expect(parsePlatformList(list)).toEqual({
    ok: false,
    error: `${item} is not os/arch or os/arch/variant, such as linux/arm64/v8`,
  });
});
