import { execFileSync } from 'node:child_process';

/** The build writes the commit in place of this variable; sources ask git. */
const built = process.env.PULLGATE_COMMIT;

/** `pullgate 0.1.0 (commit 1a2b3c4d5e6f, Node v24.21.0)` */
export function versionText(version: string): string {
  return `pullgate ${version} (commit ${(built ?? checkedOutCommit()).slice(0, 12)}, Node ${process.version})`;
}

/** `unknown` without git or a checkout. */
export function checkedOutCommit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}
