import { defineConfig } from 'vitest/config';

/** The rules are pure functions: their own tests have to see every slip, without a server. */
export default defineConfig({ test: { include: ['test/core/**/*.test.ts'], isolate: false } });
