import { parsePlatform } from '../../../src/core/image/parse-platform.ts';
import {
  formatPlatform,
  normalizePlatform,
  type Platform,
  type PlatformRules,
} from '../../../src/core/image/platform.ts';
import type { Family } from '../play.ts';
import { jsonOfPlatform, type PlatformJson, platformOfJson } from './platform-json.ts';

type Input = { readonly platform: PlatformJson } | { readonly specifier: string };
type Answer = {
  readonly parsed?: PlatformJson;
  readonly normalized?: PlatformJson;
  readonly format?: string;
  readonly error?: string;
};
type Expectation = Answer & { readonly 'containerd1.7'?: Answer };

/** The machine on which the vectors were taken. */
const host: Platform = { os: 'linux', architecture: 'amd64' };

export const platformsNormalize: Family = (input: Input, expect: Expectation) => {
  const { 'containerd1.7': of17 = {}, ...now } = expect;
  return {
    expected: { now: withoutErrorText(now), of17: withoutErrorText('error' in of17 ? of17 : { ...now, ...of17 }) },
    came: { now: answer(input, 'v1.0.0-rc.4'), of17: answer(input, 'v0.2.1') },
  };
};

function answer(input: Input, rules: PlatformRules): unknown {
  if ('platform' in input) return normalized(platformOfJson(input.platform), rules);
  const parsed = parsePlatform(input.specifier, rules, host);
  if (!parsed.ok) return { error: true };
  return { parsed: jsonOfPlatform(parsed.platform), ...normalized(parsed.platform, rules) };
}

function normalized(platform: Platform, rules: PlatformRules): object {
  const canonical = normalizePlatform(platform, rules, host.os);
  return { normalized: jsonOfPlatform(canonical), format: formatPlatform(canonical) };
}

function withoutErrorText({ error, ...rest }: Answer): unknown {
  return error === undefined ? rest : { error: true };
}
