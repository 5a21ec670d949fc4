import { describe, expect, test } from 'vitest';
import { parseAssumeFlags, withAssumeFlags } from '../../src/config/assumptions.ts';
import { defaultConfig } from '../../src/config/defaults.ts';
import { registrySettingsOf } from '../../src/core/pull/settings.ts';
import { locationOf } from './reading.ts';

test('flags stand above the file where they speak, the last one above the others', () => {
  const config = { ...defaultConfig(), assume: { ...defaultConfig().assume, mirrors: 'unknown' as const } };
  const result = withAssumeFlags(config, ['nodeCredentials=unknown', 'facts=complete', 'nodeCredentials=none']);
  expect(result).toEqual({
    ok: true,
    config: { ...config, assume: { ...config.assume, nodeCredentials: 'none', facts: 'complete' } },
  });
});

test('flags give back what was taken, in general and for one registry', () => {
  const config = {
    ...defaultConfig(),
    assume: { ...defaultConfig().assume, mirrors: 'none' as const, preloaded: 'unknown' as const },
  };
  const flags = ['mirrors=auto', 'preloaded=none', 'mirrors@a.example=none', 'preloaded@a.example=auto'];
  const result = withAssumeFlags(config, flags);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  const settings = { ...result.config, registries: [], nodeKeyrings: [] };
  expect(registrySettingsOf('a.example/app', settings)).toMatchObject({ mirrors: 'none', preloaded: 'auto' });
  expect(registrySettingsOf('b.example/app', settings)).toMatchObject({ mirrors: 'auto', preloaded: 'none' });
});

test('a flag about one registry stands above what the file says of it', () => {
  const config = {
    ...defaultConfig(),
    registries: [{ written: 'a.example', match: locationOf('a.example'), nodeCredentials: 'unknown' as const }],
  };
  const result = withAssumeFlags(config, ['nodeCredentials@a.example=none']);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  const settings = { ...result.config, nodeKeyrings: [] };
  expect(registrySettingsOf('a.example/app', settings).nodeCredentials).toBe('none');
  expect(registrySettingsOf('b.example/app', settings).nodeCredentials).toBe('unknown');
});

describe('flags that say nothing', () => {
  test.each([
    ['nodeCredentials', 'has no value; write KEY=VALUE, such as nodeCredentials=none'],
    [
      'nodeCredential=none',
      'there is no key "nodeCredential"; did you mean nodeCredentials? keys are nodeCredentials, mirrors, preloaded, imageRewriting, nodes, facts',
    ],
    [
      '__proto__=none',
      'there is no key "__proto__"; keys are nodeCredentials, mirrors, preloaded, imageRewriting, nodes, facts',
    ],
    ['mirrors=some', 'mirrors is auto, none or unknown, not "some"'],
    ['facts=none', 'facts is partial or complete, not "none"'],
    ['facts@a.example=complete', 'facts holds for all registries; write --assume facts=complete'],
    ['mirrors@=none', 'the registry is empty; write a registry such as registry.example.com:5000'],
  ])('%s', (flag, problem) => {
    expect(parseAssumeFlags([flag]).problems).toEqual([`--assume "${flag}": ${problem}`]);
  });

  test('all of them are told', () => {
    expect(withAssumeFlags(defaultConfig(), ['a=b', 'mirrors=none', 'c'])).toMatchObject({
      ok: false,
      problems: [expect.stringContaining('"a=b"'), expect.stringContaining('"c"')],
    });
  });
});
