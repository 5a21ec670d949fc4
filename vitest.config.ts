import { defineConfig } from 'vitest/config';

// oxlint-disable-next-line import/no-default-export -- vitest reads the default export
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/registry/**', 'test/cluster/**', 'test/nodes/**'],
    testTimeout: 20_000,
  },
});
