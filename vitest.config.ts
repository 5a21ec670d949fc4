import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/registry/**', 'test/cluster/**', 'test/nodes/**'],
    // For what hangs. No test takes a tenth of it, and none measures time: a machine may be busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Waits for what happens on a socket or in a process, which a busy machine does late.
    expect: { poll: { timeout: 30_000, interval: 10 } },
    // No test replaces a module, so none can spoil one for the next.
    isolate: false,
    maxWorkers: availableParallelism(),
  },
});
