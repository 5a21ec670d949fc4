/** What may be assumed of nodes and registries, and how flags say it. */
import type { Assumptions, ToldOfRegistry } from '../core/pull/settings.ts';
import type { Config } from './config.ts';
import { unknownKey } from './nearest-key.ts';
import { parseMatch } from './registry-match.ts';
import { anyOf, shown } from './shown.ts';

export const assumptionValues = {
  nodeCredentials: ['none', 'unknown'],
  mirrors: ['auto', 'none', 'unknown'],
  preloaded: ['auto', 'none', 'unknown'],
  imageRewriting: ['none', 'unknown'],
  nodes: ['fixed', 'unknown'],
  facts: ['partial', 'complete'],
} as const satisfies { readonly [Key in keyof Assumptions]: readonly Assumptions[Key][] };

const keys = Object.keys(assumptionValues);
/** Those that may differ from registry to registry. */
const keysOfRegistries = ['nodeCredentials', 'mirrors', 'preloaded'];

export type AssumeFlags = {
  readonly assume: Partial<Assumptions>;
  readonly told: readonly ToldOfRegistry[];
  /** Sentences, each with the flag that it is about. */
  readonly problems: readonly string[];
};

/**
 * The values of `--assume`: `KEY=VALUE`, or `KEY@REGISTRY=VALUE` for the registries that REGISTRY matches as
 * `registries[].match` does. Of flags about the same the last one counts.
 */
export function parseAssumeFlags(flags: readonly string[]): AssumeFlags {
  const parsed = flags.map((flag) => ({ flag, ...parseFlag(flag) }));
  return {
    assume: Object.assign({}, ...parsed.map(({ assume }) => assume)),
    told: parsed.flatMap(({ told }) => told ?? []),
    problems: parsed.flatMap(({ flag, problem }) =>
      problem === undefined ? [] : [`--assume ${shown(flag)}: ${problem}`],
    ),
  };
}

export type ConfigWithFlags =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Flags stand above the file, each where it speaks. */
export function withAssumeFlags(config: Config, flags: readonly string[]): ConfigWithFlags {
  const { assume, told, problems } = parseAssumeFlags(flags);
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    config: {
      ...config,
      assume: { ...config.assume, ...assume },
      imageRewritingIsTold: config.imageRewritingIsTold || assume.imageRewriting !== undefined,
      told: [...config.told, ...told],
    },
  };
}

type ParsedFlag = {
  readonly assume?: Partial<Assumptions>;
  readonly told?: ToldOfRegistry;
  readonly problem?: string;
};

function parseFlag(flag: string): ParsedFlag {
  // A pattern may hold an equals sign in its path, a value does not.
  const equals = flag.lastIndexOf('=');
  if (equals < 0) return { problem: 'has no value; write KEY=VALUE, such as nodeCredentials=none' };
  const value = flag.slice(equals + 1);
  const [key = '', ...registry] = flag.slice(0, equals).split('@');
  const assume = assumptionOf(key, value);
  if (assume === 'unknown-key') return { problem: unknownKey(key, keys) };
  if (assume === 'unknown-value') return { problem: unknownValue(key, value) };
  if (registry.length === 0) return { assume };
  if (!keysOfRegistries.includes(key))
    return { problem: `${key} holds for all registries; write --assume ${key}=${value}` };
  const parsed = parseMatch(registry.join('@'));
  if (!parsed.ok) return { problem: `the registry ${parsed.problem}` };
  const { nodeCredentials, mirrors, preloaded } = assume;
  return {
    told: {
      match: parsed.match,
      ...(nodeCredentials && { nodeCredentials }),
      ...(mirrors && { mirrors }),
      ...(preloaded && { preloaded }),
    },
  };
}

function assumptionOf(key: string, value: string): Partial<Assumptions> | 'unknown-key' | 'unknown-value' {
  const nothing = value === 'none' || value === 'unknown' ? value : undefined;
  const observed = value === 'auto' ? value : nothing;
  switch (key) {
    case 'nodeCredentials':
      return nothing === undefined ? 'unknown-value' : { nodeCredentials: nothing };
    case 'mirrors':
      return observed === undefined ? 'unknown-value' : { mirrors: observed };
    case 'preloaded':
      return observed === undefined ? 'unknown-value' : { preloaded: observed };
    case 'imageRewriting':
      return nothing === undefined ? 'unknown-value' : { imageRewriting: nothing };
    case 'nodes':
      return value === 'fixed' || value === 'unknown' ? { nodes: value } : 'unknown-value';
    case 'facts':
      return value === 'partial' || value === 'complete' ? { facts: value } : 'unknown-value';
    default:
      return 'unknown-key';
  }
}

function unknownValue(key: string, value: string): string {
  const values = Object.entries(assumptionValues).find(([name]) => name === key)?.[1] ?? [];
  return `${key} is ${anyOf(values)}, not ${shown(value)}`;
}
