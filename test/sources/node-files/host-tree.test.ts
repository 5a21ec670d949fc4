import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Puller } from '../../../src/core/content/puller.ts';
import { planEndpoints } from '../../../src/core/registry/hosts-toml.ts';
import { readHosts } from '../../../src/sources/node-files/host-tree.ts';
import { certificate, privateKey } from '../../core/registry/pem-fixtures.ts';
import { directoryWith } from './tree.ts';

const local: Puller = { generation: '2.4', path: 'local' };

async function planFor(registry: string, configPath: string) {
  const read = await readHosts(configPath);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const plan = planEndpoints(registry, read.hosts, local);
  return plan.kind === 'endpoints'
    ? plan.endpoints.map(({ host, tls }) => ({
        host,
        ...(tls.extraRoots && { roots: tls.extraRoots.length }),
        clients: tls.clientCertificates.length,
      }))
    : plan;
}

describe('what containerd would find is found', () => {
  test('mirrors, in their order, with certificates beside and below', async () => {
    const root = await directoryWith({
      'docker.io/hosts.toml':
        'server = "https://registry-1.docker.io"\n[host."https://mirror.example"]\nca = "ca.pem"\nclient = [["tls/c.pem", "tls/k.pem"]]\n',
      'docker.io/ca.pem': certificate,
      'docker.io/tls/c.pem': certificate,
      'docker.io/tls/k.pem': privateKey,
    });
    expect(await planFor('docker.io', root)).toEqual([
      { host: 'mirror.example', roots: 1, clients: 1 },
      { host: 'registry-1.docker.io', clients: 0 },
    ]);
  });

  test("Docker's certificates, where there is no hosts.toml", async () => {
    const root = await directoryWith({
      'a.example/ca.crt': certificate,
      'a.example/client.cert': certificate,
      'a.example/client.key': privateKey,
    });
    expect(await planFor('a.example', root)).toEqual([{ host: 'a.example', roots: 1, clients: 1 }]);
  });

  test('an empty directory ends the search, as a default does for other registries', async () => {
    const root = await directoryWith({ '_default/hosts.toml': '[host."https://mirror.example"]\n' });
    await mkdir(join(root, 'a.example'));
    expect(await planFor('a.example', root)).toEqual([{ host: 'a.example', clients: 0 }]);
    expect(await planFor('b.example', root)).toEqual([
      { host: 'mirror.example', clients: 0 },
      { host: 'b.example', clients: 0 },
    ]);
  });

  test('the first of several directories, and files of another one', async () => {
    const one = await directoryWith({ 'a.example/hosts.toml': '' });
    const other = await directoryWith({ 'a.example/ca.crt': certificate, 'b.example/ca.crt': certificate });
    await writeFile(
      join(one, 'a.example/hosts.toml'),
      `server = "https://c.example"\nca = "${other}/x/../a.example/ca.crt"\n`,
    );
    expect(await planFor('a.example', `${one}:${other}`)).toEqual([{ host: 'c.example', roots: 1, clients: 0 }]);
    expect(await planFor('b.example', `${one}:${other}`)).toEqual([{ host: 'b.example', roots: 1, clients: 0 }]);
  });

  test('a mounted ConfigMap, which is links', async () => {
    const root = await directoryWith({ 'a.example/..1/hosts.toml': 'server = "https://c.example"\n' });
    await symlink('..1', join(root, 'a.example/..data'));
    await symlink('..data/hosts.toml', join(root, 'a.example/hosts.toml'));
    expect(await planFor('a.example', root)).toEqual([{ host: 'c.example', clients: 0 }]);
  });

  test('bytes that are no UTF-8 are a file that containerd 2 passes over', async () => {
    const root = await directoryWith({ 'a.example/hosts.toml': Uint8Array.of(0x23, 0xff) });
    expect(await planFor('a.example', root)).toEqual([{ host: 'a.example', clients: 0 }]);
  });
});

describe('files that a hosts.toml names and that are not there', () => {
  test('below the directory: pulls fail', async () => {
    const root = await directoryWith({ 'a.example/hosts.toml': 'ca = "ca.pem"\n' });
    expect(await planFor('a.example', root)).toEqual({
      kind: 'pull-fails',
      error: `unable to read CA cert "${root}/a.example/ca.pem": open ${root}/a.example/ca.pem: no such file or directory`,
    });
  });

  test('elsewhere: the nodes may have them', async () => {
    const root = await directoryWith({ 'a.example/hosts.toml': 'ca = "/nowhere/ca.pem"\n' });
    expect(await planFor('a.example', root)).toEqual({
      kind: 'unknown',
      reason: '/nowhere/ca.pem is not among the files that were read',
    });
  });

  test('elsewhere, and there: it is read, and its neighbours are not known', async () => {
    const other = await directoryWith({ 'ca.pem': certificate });
    const hosts = (ca: string) => `ca = "${other}/${ca}"\n`;
    const root = await directoryWith({
      'a.example/hosts.toml': hosts('ca.pem'),
      'b.example/hosts.toml': hosts('other.pem'),
    });
    expect(await planFor('a.example', root)).toEqual([{ host: 'a.example', roots: 1, clients: 0 }]);
    expect(await planFor('b.example', root)).toMatchObject({ kind: 'unknown' });
  });

  test('a directory in place of a hosts.toml: pulls fail', async () => {
    const root = await directoryWith({ 'a.example/hosts.toml/x': '' });
    expect(await planFor('a.example', root)).toEqual({
      kind: 'pull-fails',
      error: `read ${root}/a.example/hosts.toml: is a directory`,
    });
  });
});

describe('problems', () => {
  test('no directory', async () => {
    const root = await directoryWith({ file: '' });
    expect(await readHosts(`/nowhere:${root}/file`)).toEqual({
      ok: false,
      problems: ['/nowhere: does not exist', `${root}/file: is a file, not a directory`],
    });
  });

  test('a file that is too large, if it is needed', async () => {
    const large = '#'.repeat(1024 * 1024 + 1);
    const root = await directoryWith({ 'a.example/hosts.toml': large, 'b.example/notes.txt': large });
    expect(await readHosts(root)).toEqual({
      ok: false,
      problems: [`${root}/a.example/hosts.toml: is larger than 1 MiB`],
    });
  });
});
