import { defineConfig } from 'vitest/config';

/** The suite with a real registry: CNCF distribution, filled by skopeo. */
export default defineConfig({
  test: {
    include: ['test/registry/**/*.test.ts'],
    globalSetup: ['test/registry/required-programs.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
