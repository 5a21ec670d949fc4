import { expect, test } from 'vitest';
import { withoutCredentials } from '../../src/report/without-credentials.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['https://jane:s3cret@registry.example.com/app:1', 'https://REDACTED@registry.example.com/app:1'],
  ['https://token@registry.example.com/app', 'https://REDACTED@registry.example.com/app'],
  ['jane:s3cret@registry.example.com/app', 'REDACTED@registry.example.com/app'],
  ['jane:p@ss@registry.example.com/app', 'REDACTED@registry.example.com/app'],
  ['jane:pa/ss@registry.example.com/app', 'REDACTED@registry.example.com/app'],
  [`jane:s3cret@registry.example.com/app@${digest}`, `REDACTED@registry.example.com/app@${digest}`],
])('%s', (image, expected) => {
  expect(withoutCredentials(image)).toBe(expected);
});

test.each([
  'nginx',
  'nginx:1',
  'registry.example.com:5000/app:1',
  `nginx@${digest}`,
  `nginx:1@${digest}`,
  'nginx@1.25',
  '',
])('%s stays as it is', (image) => {
  expect(withoutCredentials(image)).toBe(image);
});
