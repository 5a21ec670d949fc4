import { describe, expect, test } from 'vitest';
import { type AddedLine, configWith } from '../../src/config/added-lines.ts';

const lines: readonly AddedLine[] = [
  { kind: 'registry', match: 'r.test:5000', key: 'mirrors', value: 'unknown' },
  { kind: 'registry', match: 'r.test:5000', key: 'nodeCredentials', value: 'unknown' },
  { kind: 'level', match: 'other.test', code: 'unsupported-manifest' },
  { kind: 'assume', key: 'imageRewriting', value: 'unknown' },
];

describe('a configuration with added lines', () => {
  test('is whole where there was none', () => {
    expect(configWith(undefined, lines)).toBe(
      '# Made by pullgate doctor: what the pulls of the nodes show.\n\n' +
        'apiVersion: pullgate.dev/v1alpha1\n' +
        'kind: Configuration\n' +
        'registries:\n' +
        '  - match: other.test\n' +
        '    findings:\n' +
        '      unsupported-manifest: warn\n' +
        '  - match: r.test:5000\n' +
        '    mirrors: unknown\n' +
        '    nodeCredentials: unknown\n' +
        'assume:\n' +
        '  imageRewriting: unknown\n',
    );
  });

  test('keeps what was written', () => {
    const written =
      'apiVersion: pullgate.dev/v1alpha1\n' +
      'kind: Configuration\n' +
      'assume: { nodeCredentials: none } # ours\n' +
      'registries:\n' +
      '  # in-house\n' +
      '  - match: r.test:5000\n' +
      '    plainHttp: true\n';

    expect(configWith(written, lines)).toBe(
      'apiVersion: pullgate.dev/v1alpha1\n' +
        'kind: Configuration\n' +
        'assume: { nodeCredentials: none, imageRewriting: unknown } # ours\n' +
        'registries:\n' +
        '  - match: other.test\n' +
        '    findings:\n' +
        '      unsupported-manifest: warn\n' +
        '  # in-house\n' +
        '  - match: r.test:5000\n' +
        '    plainHttp: true\n' +
        '    mirrors: unknown\n' +
        '    nodeCredentials: unknown\n',
    );
  });
});
