import { rename, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { RegistryConfig } from '../../../src/config/config.ts';
import { readConfig } from '../../../src/config/read-config.ts';
import { lookUp } from '../../../src/core/credential/keyring.ts';
import type { PlanSettings } from '../../../src/core/pull/plan.ts';
import { registrySettingsOf } from '../../../src/core/pull/settings.ts';
import { planEndpoints } from '../../../src/core/registry/hosts-toml.ts';
import { type NodeFileFacts, readNodeFiles } from '../../../src/sources/node-files/read-node-files.ts';
import { refreshedNodeFiles } from '../../../src/sources/node-files/refreshed.ts';
import { head, locationOf } from '../../config/reading.ts';
import { certificate, privateKey } from '../../core/registry/pem-fixtures.ts';
import { directoryWith, dockerConfigFor } from './tree.ts';

const nothing = { nodes: {}, registries: [], examiner: {}, egress: {} };

function registry(written: string, caPath?: string): RegistryConfig {
  return { written, match: locationOf(written), skip: true, ...(caPath !== undefined && { caPath }) };
}

test('where nothing is named nothing is known', async () => {
  expect(await readNodeFiles(nothing)).toEqual({ ok: true, nodeKeyrings: [], hosts: undefined, registries: [] });
});

test('all that is named is read', async () => {
  const directory = await directoryWith({
    'node.json': dockerConfigFor('a.example', 'node:1'),
    'examiner.json': dockerConfigFor('a.example', 'examiner:1'),
    'ca.crt': `our roots\n${certificate}${privateKey}${certificate}`,
    'certs.d/a.example/hosts.toml': '',
  });
  const read = await readNodeFiles({
    nodes: { dockerConfigPath: `${directory}/node.json`, hostsDir: `${directory}/certs.d` },
    registries: [registry('a.example', `${directory}/ca.crt`), registry('b.example')],
    examiner: { dockerConfigPath: `${directory}/examiner.json` },
    egress: {},
  });
  if (!read.ok) throw new Error(read.problems.join('\n'));
  expect(read.registries).toEqual([
    { match: locationOf('a.example'), skip: true, ca: certificate + certificate },
    { match: locationOf('b.example'), skip: true },
  ]);
  expect(read.hosts?.configPath).toBe(`${directory}/certs.d`);
  expect([...(read.hosts?.files.get(`${directory}/certs.d`)?.keys() ?? [])]).toContain('a.example/hosts.toml');
  expect(usersFor('a.example/app', read)).toEqual(['node']);
  expect(usersFor('a.example/app', { nodeKeyrings: read.examinerKeyring ? [read.examinerKeyring] : [] })).toEqual([
    'examiner',
  ]);
});

test('what was read and what was configured are the settings of a plan', async () => {
  const directory = await directoryWith({
    'node.json': dockerConfigFor('a.example', 'node:1'),
    'certs.d/b.example/hosts.toml': '[host."https://mirror.example"]\n',
    'ca.crt': certificate,
    'pullgate.yaml': `${head}
registries: [{ match: a.example, ca: ca.crt, nodeCredentials: none }]
nodes: { dockerConfig: node.json, hostsDir: certs.d }
`,
  });
  const read = await readConfig(`${directory}/pullgate.yaml`);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  const files = await readNodeFiles(read.config);
  if (!files.ok) throw new Error(files.problems.join('\n'));
  const settings: PlanSettings = { ...read.config, ...files, isAdmitted: true };
  expect(registrySettingsOf('a.example/app', settings)).toMatchObject({ ca: certificate, nodeCredentials: 'none' });
  const plan = planEndpoints('b.example', settings.hosts ?? { configPath: '', files: new Map() }, {
    generation: '1.7',
    path: 'local',
  });
  expect(plan).toMatchObject({ endpoints: [{ host: 'mirror.example' }, { host: 'b.example' }] });
});

test('every problem is told, with the key that names the file', async () => {
  const directory = await directoryWith({ 'ca.crt': privateKey, 'node.json': '[]' });
  const read = await readNodeFiles({
    nodes: {
      dockerConfigPath: `${directory}/node.json`,
      hostsDir: `${directory}/certs.d`,
    },
    registries: [registry('a.example'), registry('b.example', `${directory}/ca.crt`), registry('c.example', directory)],
    examiner: { dockerConfigPath: `${directory}/examiner.json` },
    egress: {},
  });
  expect(read).toEqual({
    ok: false,
    problems: [
      `nodes.dockerConfig: ${directory}/node.json: the kubelet cannot decode it (json: cannot unmarshal array into Go value of type credentialprovider.DockerConfigJSON); correct it`,
      `nodes.hostsDir: ${directory}/certs.d: does not exist`,
      `registries[1].ca: ${directory}/ca.crt: contains no PEM certificate`,
      `registries[2].ca: ${directory}: is a directory`,
      `examiner.dockerConfig: ${directory}/examiner.json: does not exist`,
    ],
  });
});

async function running() {
  const directory = await directoryWith({ 'config.json': dockerConfigFor('a.example', 'first:1') });
  const path = `${directory}/config.json`;
  const time = { ms: 0 };
  const told: (readonly string[])[] = [];
  const refreshed = await refreshedNodeFiles(
    { ...nothing, nodes: { dockerConfigPath: path } },
    { onProblems: (problems) => told.push(problems), now: () => time.ms },
  );
  if (!refreshed.ok) throw new Error(refreshed.problems.join('\n'));
  const users = async () => usersFor('a.example/app', await refreshed.current());
  return { path, time, told, users, current: refreshed.current };
}

describe('while pullgate runs', () => {
  test('files are read again after ten seconds, and not before', async () => {
    const { path, time, users, told } = await running();
    await writeFile(path, dockerConfigFor('a.example', 'second:1'));
    time.ms = 9_999;
    expect(await users()).toEqual(['first']);
    time.ms = 10_000;
    expect(await users()).toEqual(['second']);
    await writeFile(path, dockerConfigFor('a.example', 'third:1'));
    time.ms = 19_999;
    expect(await users()).toEqual(['second']);
    expect(told).toEqual([]);
  });

  test('what has not changed stays the same object; another password is a change', async () => {
    const { path, time, current } = await running();
    const first = await current();
    time.ms = 10_000;
    expect(await current()).toBe(first);
    await writeFile(path, dockerConfigFor('a.example', 'first:2'));
    time.ms = 20_000;
    expect(await current()).not.toBe(first);
  });

  test('what was read last holds while nothing can be read; a problem is told once, and that it is over', async () => {
    const { path, time, users, told } = await running();
    await rename(path, `${path}.away`);
    const problem = `nodes.dockerConfig: ${path}: does not exist`;
    for (time.ms of [10_000, 20_000, 30_000]) expect(await users()).toEqual(['first']);
    expect(told).toEqual([[problem]]);
    await rename(`${path}.away`, path);
    time.ms = 40_000;
    expect(await users()).toEqual(['first']);
    expect(told).toEqual([[problem], []]);
  });

  test('those who ask at once share one reading', async () => {
    const { path, time, current } = await running();
    await writeFile(path, dockerConfigFor('a.example', 'second:1'));
    time.ms = 10_000;
    const [one, other] = await Promise.all([current(), current()]);
    expect(usersFor('a.example/app', one)).toEqual(['second']);
    expect(other).toBe(one);
  });

  test('a problem at the start is a problem', async () => {
    const named = { ...nothing, examiner: { dockerConfigPath: '/nowhere/config.json' } };
    expect(await refreshedNodeFiles(named, { onProblems: () => {} })).toEqual({
      ok: false,
      problems: ['examiner.dockerConfig: /nowhere/config.json: does not exist'],
    });
  });
});

function usersFor(repository: string, { nodeKeyrings }: Pick<NodeFileFacts, 'nodeKeyrings'>): readonly string[] {
  return lookUp(nodeKeyrings, repository).credentials.map(({ username }) =>
    new TextDecoder().decode(username.reveal()),
  );
}
