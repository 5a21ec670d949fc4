/**
 * What is said of a workload never depends on which others were examined before it (contract §3, C7): Pods for every registry,
 * login and repository, checked in one run in several orders. Registries that answer by how often they were asked, or by the
 * connection, are left out.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildImage } from '../../tools/embedded-registry/image.ts';
import { aNode } from '../support/api-objects.ts';
import { checkObjects } from '../support/check.ts';
import { addresses } from '../support/dns-server.ts';
import { openDns } from '../support/dns-socket.ts';
import { effort } from '../support/effort.ts';
import { type BehaviourName, behaviourNamed, behaviours, forbidden } from './behaviours.ts';
import { type Registries, rightLogin, startRegistries, wrongLogin } from './registries.ts';

const changing: readonly BehaviourName[] = [
  'the third token request',
  'absent for a moment',
  'a cache without the children',
  'two keys',
  'two keys, private',
];
const names = (Object.keys(behaviours) as BehaviourName[]).filter((name) => !changing.includes(name));
const logins = { right: rightLogin, wrong: wrongLogin, nobody: undefined } as const;
const repositories = ['team/app', 'team/other', 'team/gone', forbidden];
const image = buildImage({ os: 'linux', architecture: 'amd64' }, 'order');
const namespace = 'shop';

let registries: Registries;
let folder: string;
let closeDns: () => void;
let config: string;

beforeAll(async () => {
  registries = await startRegistries();
  const dns = await openDns(addresses(['127.0.0.1']));
  closeDns = dns.close;
  folder = await mkdtemp(join(tmpdir(), 'order-'));
  config = join(folder, 'config.json');
  const configuration = {
    apiVersion: 'pullgate.dev/v1alpha1',
    kind: 'Configuration',
    assume: { nodeCredentials: 'none' },
    registries: names.map((_name, index) => ({ match: hostOf(index), plainHttp: true })),
    egress: { allow: ['127.0.0.1'], dnsServers: [dns.address] },
  };
  await writeFile(config, JSON.stringify(configuration));
});

afterAll(async () => {
  await registries.close();
  closeDns();
  await rm(folder, { recursive: true, force: true });
});

function hostOf(index: number): string {
  return `r${index}.test:${registries.port}`;
}

const secretOf = (index: number, login: string) => `${login}-${index}`;

function facts(): readonly object[] {
  const secrets = names.flatMap((_name, index) =>
    Object.entries(logins).flatMap(([login, auth]) =>
      auth === undefined
        ? []
        : [
            {
              apiVersion: 'v1',
              kind: 'Secret',
              metadata: { name: secretOf(index, login), namespace },
              type: 'kubernetes.io/dockerconfigjson',
              stringData: { '.dockerconfigjson': JSON.stringify({ auths: { [hostOf(index)]: auth } }) },
            },
          ],
    ),
  );
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } };
  return [aNode({ name: 'n', architecture: 'amd64', containerd: '2.1.4' }), account, ...secrets];
}

function pods(): readonly object[] {
  return names.flatMap((_name, index) =>
    (Object.keys(logins) as (keyof typeof logins)[]).flatMap((login) =>
      repositories.map((repository) => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `p-${index}-${login}-${repository.replace('/', '-')}`, namespace },
        spec: {
          ...(logins[login] !== undefined && { imagePullSecrets: [{ name: secretOf(index, login) }] }),
          containers: [{ name: 'c', image: `${hostOf(index)}/${repository}:1` }],
        },
      })),
    ),
  );
}

const withoutPlace = (key: string, value: unknown) => (key === 'source' || key === 'line' ? undefined : value);

/** Each Pod's part of the report, without where it stood. */
async function reported(objects: readonly object[]): Promise<ReadonlyMap<string, string>> {
  const held = Object.fromEntries(repositories.map((name) => [name, name === 'team/gone' ? undefined : image]));
  for (const [index, name] of names.entries())
    registries.add(`r${index}.test`, { behaviour: behaviourNamed(name), images: held });
  const { results } = await checkObjects([...facts(), ...objects], ['--config', config]);
  return new Map(results.map((result) => [result.workload.name, JSON.stringify(result, withoutPlace)]));
}

test('the order of workloads changes nothing of what is said of each', async () => {
  const all = pods();
  const first = await reported(all);
  expect(first.size).toBe(names.length * 3 * repositories.length);
  const orders = fc.sample(fc.shuffledSubarray([...all], { minLength: all.length }), {
    numRuns: effort(2, 20),
    seed: 20_261_201,
  });
  for (const order of orders)
    for (const [name, said] of await reported(order)) expect(`${name} ${said}`).toBe(`${name} ${first.get(name)}`);
});
