/** `pullgate doctor` on a dump of a cluster whose nodes know ways that pullgate does not see. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildMultiPlatform } from '../../../tools/embedded-registry/image.ts';
import { type EmbeddedRegistry, startRegistry } from '../../../tools/embedded-registry/registry.ts';
import { aNode } from '../../support/api-objects.ts';
import { type RegistryWorld, startRegistryWorld } from '../../support/registry-world.ts';
import { aRolledOutDeployment, aRunningPod, callAudit, callDoctor } from '../../support/running.ts';

let world: RegistryWorld;
let locked: EmbeddedRegistry;

beforeAll(async () => {
  world = await startRegistryWorld({ names: ['docker.io', 'mirrored.test', 'loaded.test', 'injector.test'] });
  world.registry.push('library/nginx', '1.27', buildMultiPlatform([{ os: 'linux', architecture: 'amd64' }], '1.27'));
  locked = await startRegistry({ access: { kind: 'token', username: 'a', password: 'b', publicRepositories: [] } });
  await mkdir(join(world.directory, 'certs.d/locked.test'));
  await writeFile(join(world.directory, 'certs.d/locked.test/hosts.toml'), `server = "${locked.url}"\n`);
});

afterAll(async () => {
  await locked.close();
  await world.end();
});

function aRunning(name: string, image: string, ofPod: { readonly image?: string; readonly imageID?: string } = {}) {
  const { deployment, replicaSet } = aRolledOutDeployment({ name, image });
  const pod = aRunningPod({ name: `${name}-1-a`, images: [ofPod.image ?? image], owner: replicaSet });
  const containerStatuses = pod.status.containerStatuses.map((one) => ({
    ...one,
    ...(ofPod.imageID && { imageID: ofPod.imageID }),
  }));
  return [deployment, replicaSet, { ...pod, status: { ...pod.status, containerStatuses } }];
}

const gone = aRolledOutDeployment({ name: 'gone', image: 'nginx:gone' });
const cluster = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'shop' } },
  { ...aNode(), status: { ...aNode().status, images: [{ names: ['mirrored.test/team/app:1'] }] } },
  ...aRunning('web', 'nginx:1.27'),
  ...aRunning('mirrored', 'mirrored.test/team/app:1'),
  ...aRunning('loaded', 'loaded.test/team/app:1', { imageID: `sha256:${'c'.repeat(64)}` }),
  ...aRunning('login', 'locked.test/team/app:1'),
  ...aRunning('injected', 'injector.test/placeholder:1', { image: 'nginx:1.27' }),
  ...Object.values(gone),
  aRunningPod({
    name: 'gone-1-a',
    images: ['nginx:gone'],
    owner: gone.replicaSet,
    waiting: { reason: 'ErrImagePull' },
  }),
];

const doctor = (...args: readonly string[]) =>
  callDoctor(['--facts', '-', '--config', world.configPath, ...args], { objects: cluster });

describe('what nodes pulled and would have been denied', () => {
  test('is named with the line that explains it', async () => {
    const { output, errors, exitCode } = await doctor();

    expect(output).toBe(
      'injector.test/placeholder:1  manifest-not-found\n' +
        '    Deployment shop/injected; pulled by node-1\n' +
        '    its Pods have another image, nginx:1.27: something replaces it on its way\n' +
        '      -> registries: [{ match: "injector.test/placeholder", findings: { manifest-not-found: warn } }]\n\n' +
        'loaded.test/team/app:1  manifest-not-found\n' +
        '    Deployment shop/loaded; pulled by node-1\n' +
        '    the registry does not have it: it was loaded into the nodes, or removed since they pulled it\n' +
        '      -> registries: [{ match: "loaded.test", preloaded: unknown }]\n\n' +
        'locked.test/team/app:1  access-denied\n' +
        '    Deployment shop/login; pulled by node-1\n' +
        '    the registry refuses it, so that nodes must have credentials of their own\n' +
        '      -> registries: [{ match: "locked.test", nodeCredentials: unknown }]\n\n' +
        'mirrored.test/team/app:1  manifest-not-found\n' +
        '    Deployment shop/mirrored; pulled by node-1\n' +
        '    the registry does not have it: nodes have it from a mirror, or it was removed since they pulled it\n' +
        '      -> registries: [{ match: "mirrored.test", mirrors: unknown }]\n\n' +
        'enforce would have denied 4 of 4 pulls that nodes made\n' +
        'with these lines in the configuration: 0 (print it with -o config)\n',
    );
    expect(errors).toBe('');
    expect(exitCode).toBe(1);
  });

  test('is nothing with the configuration that it prints, and what is wrong is still denied', async () => {
    const path = join(world.directory, 'doctor.yaml');
    await doctor('-o', `config=${path}`);

    const args = ['--facts', '-', '--config', path];
    await expect(callDoctor(args, { objects: cluster })).resolves.toEqual({
      exitCode: 0,
      output: 'enforce would have denied 0 of 4 pulls that nodes made\n',
      errors: '',
    });
    const { output } = await callAudit([...args, '--would-deny', '-o', 'json'], { objects: cluster });
    expect(JSON.parse(output)).toMatchObject({ results: [{ workload: { name: 'gone' } }] });
  });

  test('is a report in JSON', async () => {
    const { output, errors } = await doctor('-o', 'json');

    expect(JSON.parse(output)).toMatchObject({
      kind: 'DoctorReport',
      summary: { pulls: 4, denied: 4, deniedWithLines: 0, complete: true },
    });
    expect(errors).toBe('pullgate doctor: enforce would have denied 4 of 4 pulls that nodes made\n');
  });
});
