import { expect, test } from 'vitest';
import { compileCacheDirectory } from '../../src/cli/compile-cache.ts';

test.each([
  {
    of: 'sources',
    started: { directory: '/home/alice/pullgate/src', isSource: true, environment: { XDG_CACHE_HOME: '/cache' } },
    directory: '/home/alice/pullgate/node_modules/.cache/compile',
  },
  {
    of: 'the bundle',
    started: { directory: '/opt/pullgate', isSource: false, environment: { HOME: '/home/alice' } },
    directory: '/home/alice/.cache/pullgate',
  },
  {
    of: 'the bundle, with a cache directory by name',
    started: {
      directory: '/opt/pullgate',
      isSource: false,
      environment: { HOME: '/home/alice', XDG_CACHE_HOME: '/cache' },
    },
    directory: '/cache/pullgate',
  },
  {
    of: 'the bundle, with a cache directory that is not absolute',
    started: {
      directory: '/opt/pullgate',
      isSource: false,
      environment: { HOME: '/home/alice', XDG_CACHE_HOME: 'cache' },
    },
    directory: '/home/alice/.cache/pullgate',
  },
  {
    of: 'the bundle, without a home',
    started: { directory: '/opt/pullgate', isSource: false, environment: { HOME: '' } },
    directory: undefined,
  },
])('the compiled code of $of is kept in $directory', ({ started, directory }) => {
  expect(compileCacheDirectory(started)).toBe(directory);
});
