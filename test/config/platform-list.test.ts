import { expect, test } from 'vitest';
import { parsePlatformList } from '../../src/config/platform-list.ts';

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
  ['linux/amd64,linux\u0007/x', String.raw`"linux\u{7}/x"`],
])('refuses %j', (list, item) => {
  expect(parsePlatformList(list)).toEqual({
    ok: false,
    error: `${item} is not os/arch or os/arch/variant, such as linux/arm64/v8`,
  });
});

test.each([
  ['linux/amd65', '"linux/amd65" names an unknown architecture "amd65"; did you mean amd64?'],
  ['linux/arm46', '"linux/arm46" names an unknown architecture "arm46"; did you mean arm64?'],
  ['linux/x64', '"linux/x64" names an unknown architecture "x64"; write one such as linux/amd64'],
  ['linx/amd64', '"linx/amd64" names an unknown operating system "linx"; did you mean linux?'],
  ['window/amd64', '"window/amd64" names an unknown operating system "window"; did you mean windows?'],
  ['ubuntu/amd64', '"ubuntu/amd64" names an unknown operating system "ubuntu"; write one such as linux/amd64'],
])('refuses %s, which no node has', (list, error) => {
  expect(parsePlatformList(list)).toEqual({ ok: false, error });
});
