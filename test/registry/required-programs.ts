import { spawnSync } from 'node:child_process';

const packages = { 'docker-registry': 'docker-registry', skopeo: 'skopeo', htpasswd: 'apache2-utils' };

/** A missing program fails the suite; it is never a reason to skip it. */
export function setup(): void {
  for (const [program, name] of Object.entries(packages))
    if (spawnSync(program, ['--version']).error !== undefined)
      throw new Error(`${program} is missing; install it: apt-get install -y ${name}`);
}
