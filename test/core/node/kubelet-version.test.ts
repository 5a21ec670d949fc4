import { expect, test } from 'vitest';
import { parseKubeletVersion } from '../../../src/core/node/kubelet-version.ts';

test.each([
  ['v1.35.2', 35],
  ['v1.34.1-eks-113cf36', 34],
  ['v1.33.4+k3s1', 33],
  ['1.36.0', 36],
  ['v1.9', 9],
  ['v1.31+', 31],
])('%j is minor version %i', (text, minor) => {
  expect(parseKubeletVersion(text)).toEqual({ kind: 'known', minor });
});

test.each(['', 'v1', 'v1.', 'v2.1.0', 'v11.2.0', 'v0.18.0', 'Unknown', ' v1.35.2', `v1.${'3'.repeat(1_000_000)}`])(
  '%.20j tells nothing',
  (text) => {
    expect(parseKubeletVersion(text)).toEqual({ kind: 'unknown' });
  },
);
