import { hostsToml } from './families/hosts-toml.ts';
import type { Family } from './play.ts';

/** Every family of vectors that the core answers, by the name in the file. */
export const families: ReadonlyMap<string, Family> = new Map<string, Family>([['hosts-toml', hostsToml]]);
