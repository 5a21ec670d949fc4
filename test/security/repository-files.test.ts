/** S33: what a repository holds beside its manifests runs nothing and gives no credentials to a check in CI. */
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { aPod } from '../support/api-objects.ts';
import { runPullgate } from '../support/check.ts';
import { startServer } from '../support/servers.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pullgate-repository-'));
  await mkdir(join(directory, 'bin'));
  await mkdir(join(directory, '.docker'));
  await mkdir(join(directory, 'k8s'));
  const helper = join(directory, 'bin', 'docker-credential-hostile');
  await writeFile(helper, `#!/bin/sh\ntouch '${directory}/ran'\necho '{"Username":"u","Secret":"MarkerOfHelper"}'\n`);
  await chmod(helper, 0o755);
  const auths = { 'registry.example': { auth: btoa('u:MarkerOfDocker') } };
  const docker = { auths, credsStore: 'hostile', credHelpers: { 'registry.example': 'hostile' } };
  for (const file of ['.docker/config.json', 'config.json', '.dockerconfigjson'])
    await writeFile(join(directory, file), JSON.stringify(docker));
  await writeFile(join(directory, 'k8s', 'pod.json'), JSON.stringify(aPod({ images: ['registry.example/app:1'] })));
  await symlink('/etc', join(directory, 'k8s', 'etc'));
  await symlink('/dev/zero', join(directory, 'k8s', 'endless.yaml'));
  await symlink('.', join(directory, 'k8s', 'again'));
  return () => rm(directory, { recursive: true });
});

test('no helper runs, no login is presented, and no link leads out', async () => {
  const server = await startServer((_request, response) =>
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
  );
  await mkdir(join(directory, 'certs.d', 'registry.example'), { recursive: true });
  const hosts = join(directory, 'certs.d', 'registry.example', 'hosts.toml');
  await writeFile(hosts, `server = "http://127.0.0.1:${server.port}"\n`);
  const head = { apiVersion: 'pullgate.dev/v1alpha1', kind: 'Configuration' };
  const configuration = { ...head, nodes: { hostsDir: 'certs.d' }, egress: { allow: ['127.0.0.1'] } };
  await writeFile(join(directory, 'pullgate.json'), JSON.stringify(configuration));
  const { exitCode, output, errors } = await runPullgate(['check', '--config', 'pullgate.json', 'k8s'], {
    directory,
    environment: {
      HOME: directory,
      DOCKER_CONFIG: join(directory, '.docker'),
      PATH: `${join(directory, 'bin')}:${process.env.PATH}`,
    },
  });

  expect(exitCode).toBe(2);
  expect(errors + output).toContain('endless.yaml');
  expect(errors + output).not.toContain('etc/');
  expect(await readdir(directory)).not.toContain('ran');
  expect(server.requests.length).toBeGreaterThan(0);
  expect(server.requests.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
});
