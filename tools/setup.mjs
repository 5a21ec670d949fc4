// Installs the locked dependencies, and with them the pinned Node.js, when they are missing or older than the lock file.
// Runs on whatever Node the machine has; prints nothing on standard output, so that it can stand before any command.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lock = join(root, '.installing');

const modifiedMs = (path) => {
  try {
    return statSync(join(root, path)).mtimeMs;
  } catch {
    return 0;
  }
};
const isCurrent = () => modifiedMs('node_modules/.package-lock.json') >= modifiedMs('package-lock.json');

/** Of several commands started at once in a fresh clone one installs and the others wait; an abandoned lock is taken over. */
const acquire = () => {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (Date.now() - modifiedMs('.installing') > 300_000) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
};

if (!isCurrent()) {
  acquire();
  try {
    if (!isCurrent()) {
      process.stderr.write('pullgate: installing dependencies (npm ci) …\n');
      const { status, error } = spawnSync(
        'npm',
        ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
        {
          cwd: root,
          stdio: ['ignore', 2, 2],
          shell: process.platform === 'win32',
        },
      );
      if (status !== 0) {
        process.stderr.write(
          `pullgate: npm ci failed${error ? `: ${error.message}` : ''}; run it by hand in ${root}\n`,
        );
        process.exitCode = 3;
      }
    }
  } finally {
    try {
      rmdirSync(lock);
    } catch {}
  }
}
