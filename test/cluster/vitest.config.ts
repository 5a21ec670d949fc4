import { defineConfig } from 'vitest/config';

/** The suite behind a real API server, found through KUBEBUILDER_ASSETS as envtest does. */
export default defineConfig({
  test: {
    include: ['test/cluster/**/*.test.ts'],
    globalSetup: ['test/cluster/required-programs.ts'],
    testTimeout: 60_000,
    hookTimeout: 90_000,
    fileParallelism: false,
  },
});
