import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/registry/**', 'test/cluster/**', 'test/nodes/**'],
    testTimeout: 20_000,
  },
});
