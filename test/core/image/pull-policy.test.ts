import { expect, test } from 'vitest';
import { defaultPullPolicy } from '../../../src/core/image/pull-policy.ts';
import { parseReference } from '../../../src/core/image/reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['nginx', 'Always'],
  ['nginx:latest', 'Always'],
  ['nginx:1.25', 'IfNotPresent'],
  [`nginx@${digest}`, 'IfNotPresent'],
  [`nginx:latest@${digest}`, 'Always'],
  [`nginx:1.25@${digest}`, 'IfNotPresent'],
  ['does not parse:latest', 'IfNotPresent'],
  ['[:]/refused-by-containerd-alone', 'Always'],
  ['[:]/refused-by-containerd-alone:1', 'IfNotPresent'],
])('%s is given %s', (image, pullPolicy) => {
  expect(defaultPullPolicy(undefined, parseReference(image))).toEqual({ kind: 'default', pullPolicy });
  expect(defaultPullPolicy('', parseReference(image))).toEqual({ kind: 'default', pullPolicy });
});

test.each(['Always', 'IfNotPresent', 'Never'])('%s stays as written', (pullPolicy) => {
  expect(defaultPullPolicy(pullPolicy, parseReference('nginx'))).toEqual({ kind: 'written', pullPolicy });
});

test.each(['always', 'Sometimes', ' ', '__proto__'])('%j is none of the three', (written) => {
  expect(defaultPullPolicy(written, parseReference('nginx'))).toEqual({ kind: 'unsupported', written });
});
