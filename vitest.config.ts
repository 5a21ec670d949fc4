import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/registry/**', 'test/cluster/**', 'test/nodes/**'],
    testTimeout: 20_000,
    // Waits for what happens on a socket or in a process, which a busy machine does late.
    expect: { poll: { timeout: 15_000, interval: 10 } },
    // No test replaces a module, so none can spoil one for the next.
    isolate: false,
    // Many wait for a process or a deadline.
    maxWorkers: availableParallelism() * 2,
  },
});
