/**
 * Where Node keeps the compiled code of one run for the next. Without it most of a short check is spent on compiling, and from the
 * sources on stripping their types.
 */
import { isAbsolute, join } from 'node:path';

/** What decides it: the module that was started, and the environment of the user. */
export type Started = {
  readonly directory: string;
  readonly isSource: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/**
 * Sources keep it in the `node_modules` of their checkout. The bundle writes nothing near itself: it keeps it in the user's
 * cache directory (XDG Base Directory Specification), never in the shared temporary directory, where others could plant code.
 * Undefined where a user has no such directory.
 */
export function compileCacheDirectory({ directory, isSource, environment }: Started): string | undefined {
  if (isSource) return join(directory, '../node_modules/.cache/compile');
  const { XDG_CACHE_HOME: cache, HOME: home } = environment;
  if (cache && isAbsolute(cache)) return join(cache, 'pullgate');
  return home && isAbsolute(home) ? join(home, '.cache/pullgate') : undefined;
}
