/** `pullgate image`: references without a workload. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { callCheck, callImage } from '../../support/check.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };

let world: RegistryWorld;

beforeAll(async () => {
  const access = {
    kind: 'token',
    username: 'alice',
    password: 's3cret',
    publicRepositories: ['library/nginx'],
  } as const;
  world = await startRegistryWorld({ names: ['docker.io', 'registry.test'], registry: { access } });
  world.registry.push('library/nginx', 'latest', buildMultiPlatform([amd64], 'latest'));
  world.registry.push('team/private', '1', buildMultiPlatform([amd64], 'private'));
});
afterAll(() => world.end());

const image = (...args: readonly string[]) => callImage(['--config', world.configPath, ...args]);

describe('references alone', () => {
  test('are told like the images of a workload', async () => {
    const { output, errors, exitCode } = await image('nginx', 'nginx:latestt', 'nginx', 'registry.test/team/private:1');

    expect(output).toContain(
      'Image nginx:latestt  denied\n' +
        '  \u2717 nginx:latestt  image\n' +
        `      manifest-not-found: docker.io/library/nginx has no tag latestt (nearest: latest; asked ${world.registry.host})\n` +
        '        -> Use nginx:latest, or push the missing tag\n' +
        '        ErrImagePull: certain, assuming mirrors=auto (nodes.hostsDir)\n\n' +
        'Image registry.test/team/private:1  denied\n',
    );
    expect(output).toContain('\n        -> Give credentials for registry.test with --docker-config\n');
    expect(output).toMatch(/\n\n3 images: 2 denied\nplatforms were not checked: no --platform\n$/);
    expect(errors).toBe('');
    expect(exitCode).toBe(1);
  });

  test('are judged for the platforms that are named', async () => {
    const { output, exitCode } = await image('--platform', 'linux/arm64', '-o', 'json', 'nginx');

    expect(JSON.parse(output)).toMatchObject({
      summary: { workloads: 1, images: 1, denied: 1 },
      results: [
        {
          workload: { apiVersion: 'pullgate.dev/v1alpha1', kind: 'Image', namespace: '', name: 'nginx' },
          images: [{ path: 'image', image: 'nginx', findings: [{ code: 'no-matching-platform' }] }],
        },
      ],
    });
    expect(exitCode).toBe(1);
  });

  test('must be given', async () => {
    const { errors, exitCode } = await image();

    expect(errors).toBe(
      'pullgate image: name an image, such as nginx:1.27\nRun "pullgate image --help" for its flags.\n',
    );
    expect(exitCode).toBe(2);
  });
});

test.each([
  ['nginx:latestt', 'does not exist; check the path; for an image reference run "pullgate image nginx:latestt"'],
  ['missing/', 'does not exist; check the path'],
  ['missing.yaml', 'does not exist; check the path'],
])('check %s', async (operand, reason) => {
  const { output, exitCode } = await callCheck([operand]);

  expect(output).toContain(`${operand}: ${reason}\n`);
  expect(exitCode).toBe(2);
});
