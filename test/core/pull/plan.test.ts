import { describe, expect, test } from 'vitest';
import type { DockerConfigEntry } from '../../../src/core/credential/docker-config.ts';
import { buildKeyring } from '../../../src/core/credential/keyring.ts';
import { nodeDockerConfigOf, nodeKeyringOf } from '../../../src/core/credential/node-docker-config.ts';
import type { PluginAnswer } from '../../../src/core/credential/plugin-answer.ts';
import { parseRegistryKey } from '../../../src/core/credential/registry-key.ts';
import { secretBytesOf } from '../../../src/core/credential/secret-bytes.ts';
import type { Node } from '../../../src/core/node/node.ts';
import { type ImagePlan, type PlanSettings, planPulls } from '../../../src/core/pull/plan.ts';
import type { World } from '../../../src/core/pull/world.ts';
import type { Workload } from '../../../src/core/workload/workload.ts';
import {
  aDeployment,
  anAccount,
  aPod,
  aRule,
  aWorker,
  aWorld,
  firstPull,
  image,
  planSettings,
  registryHost,
} from '../../support/judging.ts';
import { aSecretFor, aSecretHolding, loginTextOf } from '../../support/pull-secrets.ts';

function anEntry(registry: string, username: string): DockerConfigEntry {
  const login = { username: secretBytesOf(username), password: secretBytesOf('p'), ignoredTokens: [] };
  return { key: parseRegistryKey(registry), login };
}

type Words = { readonly workload?: Workload; readonly world?: World; readonly settings?: Partial<PlanSettings> };

function plan({ workload = aPod(), world = aWorld(), settings }: Words) {
  return planPulls(workload, world, planSettings(settings));
}

function firstOf(words: Words): ImagePlan | undefined {
  return plan(words).images[0];
}

const policy = (imagePullPolicy: string) => aPod(image, {}, { imagePullPolicy });
const bad = aSecretHolding('{"auths":{"quay.io":{"auth":"!"}}}');

const has = (name: string, kubelet = 'v1.33.0') => aWorker(name, { images: [image], kubelet });
const naming = (...names: readonly string[]) => ({ imagePullSecrets: names.map((name) => ({ name })) });

describe('what is pulled at all', () => {
  test.each<readonly [string, Workload, readonly Node[], ImagePlan['kind']]>([
    ['IfNotPresent, and no node reports it', policy('IfNotPresent'), [aWorker('a')], 'pull'],
    ['IfNotPresent, and some report it', policy('IfNotPresent'), [has('a'), aWorker('b')], 'pull'],
    ['IfNotPresent, and all report it', policy('IfNotPresent'), [has('a'), has('b', '')], 'present'],
    ['IfNotPresent, and kubelet 1.34 asks nobody', policy('IfNotPresent'), [has('a', 'v1.34.9')], 'present'],
    ['IfNotPresent, and one kubelet of 1.35 may ask', policy('IfNotPresent'), [has('a'), has('b', 'v1.35.0')], 'pull'],
    [
      'IfNotPresent, and the node that reports it is none for the Pod',
      aPod(image, { nodeName: 'b' }),
      [has('a'), aWorker('b')],
      'pull',
    ],
    ['IfNotPresent, and no node is known', policy('IfNotPresent'), [], 'pull'],
    ['Always', policy('Always'), [has('a')], 'pull'],
    ['Never', policy('Never'), [has('a')], 'never'],
  ])('%s', (_name, workload, nodes, kind) => {
    expect(firstOf({ workload, world: aWorld({ nodes }) })?.kind).toBe(kind);
  });

  test('nodes report normalized names, and of a name with tag and digest only the digest', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const nodes = [aWorker('a', { images: ['docker.io/library/nginx:1', `docker.io/library/nginx@${digest}`] })];

    expect(
      ['nginx:1', `nginx:2@${digest}`, 'nginx:2'].map(
        (written) => firstOf({ workload: aPod(written), world: aWorld({ nodes }) })?.kind,
      ),
    ).toEqual(['present', 'present', 'pull']);
  });

  test('of Never it is told who reports it', () => {
    expect(firstOf({ workload: policy('Never'), world: aWorld({ nodes: [has('a'), aWorker('b')] }) })).toMatchObject({
      presence: { kind: 'somewhere', reporting: [{ name: 'a' }] },
    });
  });
});

describe('before any registry is asked', () => {
  const skip = { registries: [aRule(registryHost, { skip: true })] };
  const named = { imagePullSecrets: [{ name: 'regcred' }] };
  const secrets = [bad];

  test.each<readonly [string, Words, object]>([
    [
      'a refused name, with Never too',
      { workload: aPod('A', {}, { imagePullPolicy: 'Never' }) },
      { kind: 'refused-name', parsed: { raw: 'A' } },
    ],
    [
      'a Secret that cannot be decoded',
      { workload: aPod(image, named), world: aWorld({ secrets }) },
      { kind: 'undecodable-secret', secret: { name: 'regcred' }, presence: { kind: 'nowhere' } },
    ],
    [
      'such a Secret fails a pull from this very node',
      { workload: aPod('localhost:5000/a', named), world: aWorld({ secrets }) },
      { kind: 'undecodable-secret' },
    ],
    [
      'such a Secret, and Never',
      { workload: aPod(image, named, { imagePullPolicy: 'Never' }), world: aWorld({ secrets }) },
      { kind: 'never' },
    ],
    [
      'a registry on the node itself',
      { workload: aPod('127.0.0.1:5000/a') },
      { kind: 'not-examined', why: 'loopback' },
    ],
    ['a registry that is skipped', { settings: skip }, { kind: 'not-examined', why: 'skipped' }],
    [
      'what an injector replaces',
      { workload: aPod('auto'), settings: { isAdmitted: false } },
      { kind: 'not-examined', why: 'injected' },
    ],
    [
      'what an injector replaces in the Pods of an admitted template',
      { workload: aDeployment('auto') },
      { kind: 'not-examined', why: 'injected' },
    ],
    [
      'what an injector would have replaced',
      { workload: aPod('auto') },
      { kind: 'pull', reference: { name: 'docker.io/library/auto' } },
    ],
    ['another image of that name', { workload: aPod('team/auto'), settings: { isAdmitted: false } }, { kind: 'pull' }],
  ])('%s', (_name, words, expected) => {
    expect(firstOf(words)).toMatchObject(expected);
  });

  test.each([
    ['unusable-endpoints', { [`${registryHost}/x.crt`]: '' }],
    ['unknown-endpoints', { [`${registryHost}/hosts.toml`]: 'ca = "/elsewhere/ca.crt"' }],
  ])('%s', (why, tree) => {
    const configPath = '/etc/containerd/certs.d';
    const hosts = { configPath, files: new Map([[configPath, new Map(Object.entries(tree))]]) };

    expect(firstOf({ settings: { hosts } })).toMatchObject({ kind: 'not-examined', why });
  });

  test('a volume that nothing mounts is not needed, whatever it holds', () => {
    const volumes = [{ name: 'data', image: { reference: 'A' } }];

    expect(plan({ workload: aPod(image, { volumes }) }).images[1]).toMatchObject({ kind: 'not-needed' });
  });
});

describe('pull Secrets', () => {
  const one = aSecretFor([registryHost], { name: 'one' });
  const two = aSecretFor([`*.example.com`], { name: 'two' });
  const usersOf = (words: Words) => firstPull(plan(words)).credentials.map(loginTextOf);

  test.each<readonly [string, Words, readonly string[]]>([
    [
      'of the Pod',
      { workload: aPod(image, naming('one')), world: aWorld({ secrets: [one, two] }) },
      [`${registryHost}:p`],
    ],
    [
      'of the account, where the Pod names none',
      { world: aWorld({ secrets: [one, two], serviceAccount: anAccount(['two']) }) },
      ['*.example.com:p'],
    ],
    [
      'of a template, as admission will copy them',
      { workload: aDeployment(), world: aWorld({ secrets: [two], serviceAccount: anAccount(['two']) }) },
      ['*.example.com:p'],
    ],
    [
      'an empty name keeps the list of the account away',
      { workload: aPod(image, naming('')), world: aWorld({ secrets: [one], serviceAccount: anAccount(['one']) }) },
      [],
    ],
    [
      'the same twice is tried twice',
      { workload: aPod(image, naming('one', 'one')), world: aWorld({ secrets: [one] }) },
      [`${registryHost}:p`, `${registryHost}:p`],
    ],
    [
      'the longest key first',
      { workload: aPod(image, naming('two', 'one')), world: aWorld({ secrets: [one, two] }) },
      [`${registryHost}:p`, '*.example.com:p'],
    ],
  ])('%s', (_name, words, expected) => {
    expect(usersOf(words)).toEqual(expected);
  });

  test('those of the node come behind', () => {
    const content = secretBytesOf(`{"auths":{"${registryHost}":{"username":"node","password":"p"}}}`);
    const nodeKeyrings = [nodeKeyringOf(nodeDockerConfigOf([{ path: '/config.json', shape: 'auths', content }]))];

    expect(
      usersOf({ workload: aPod(image, naming('two')), world: aWorld({ secrets: [two] }), settings: { nodeKeyrings } }),
    ).toEqual(['*.example.com:p', 'node:p']);
  });

  test('those of plugins come last, and a plugin that failed is not forgotten', () => {
    const plugins: readonly PluginAnswer[] = [
      { kind: 'failed', name: 'broken', why: 'ended with exit code 1' },
      { kind: 'answered', name: 'ecr', entries: [anEntry(registryHost, 'plugin'), anEntry('other.example', 'no')] },
    ];
    const nodeKeyrings = [
      buildKeyring([
        {
          entries: [anEntry(registryHost, 'node')],
          originOf: (key) => ({ source: 'node-config', path: '/config.json', key }),
        },
      ]),
    ];
    const asked: string[] = [];
    const pluginAnswersFor = (repository: string) => {
      asked.push(repository);
      return plugins;
    };
    const words = {
      workload: aPod(image, naming('two')),
      world: { ...aWorld({ secrets: [two] }), pluginAnswersFor },
      settings: { nodeKeyrings },
    };

    expect(usersOf(words)).toEqual(['*.example.com:p', 'node:p', 'plugin:p']);
    expect(firstPull(plan(words)).credentials.at(-1)?.origin).toEqual({ source: 'plugin', name: 'ecr' });
    expect(firstPull(plan(words)).plugins).toBe(plugins);
    expect(new Set(asked)).toEqual(new Set([`${registryHost}/team/app`]));
  });

  test('what was seen of each, once', () => {
    const workload = aPod(image, naming('gone', 'one', 'hidden', 'gone', '__proto__', ''));
    const { secrets } = plan({ workload, world: aWorld({ secrets: [one], unread: { hidden: 'forbidden' } }) });

    expect(secrets).toMatchObject({
      found: [{ name: 'one' }],
      absent: ['gone', '__proto__'],
      unread: [{ name: 'hidden', why: 'forbidden' }],
    });
    expect(secrets).not.toHaveProperty('unreadAccount');
  });

  test.each<readonly [string, object, World['serviceAccount'], object | undefined]>([
    [
      'an unknown account whose Secrets would count',
      { serviceAccountName: 'web' },
      { kind: 'unknown', why: 'forbidden' },
      { name: 'web', why: 'forbidden' },
    ],
    ['an unknown account, nobody says why', { serviceAccountName: 'web' }, { kind: 'unknown' }, { name: 'web' }],
    ['an unknown account whose Secrets would not count', naming('one'), { kind: 'unknown' }, undefined],
    ['an account that does not exist', {}, { kind: 'absent' }, undefined],
  ])('%s', (_name, spec, serviceAccount, unreadAccount) => {
    expect(plan({ workload: aPod(image, spec), world: aWorld({ serviceAccount }) }).secrets.unreadAccount).toEqual(
      unreadAccount,
    );
  });

  test.each<readonly [string, object, World['serviceAccount'], string | undefined]>([
    ['an absent account whose Secrets would count', { serviceAccountName: 'web' }, { kind: 'absent' }, 'web'],
    [
      'an absent account whose Secrets would not count',
      { serviceAccountName: 'web', ...naming('one') },
      { kind: 'absent' },
      undefined,
    ],
    ['the account of every namespace', {}, { kind: 'absent' }, undefined],
    ['an account that lists none', { serviceAccountName: 'web' }, anAccount(), undefined],
    ['an unknown account', { serviceAccountName: 'web' }, { kind: 'unknown' }, undefined],
  ])('%s', (_name, spec, serviceAccount, absentAccount) => {
    expect(plan({ workload: aPod(image, spec), world: aWorld({ serviceAccount }) }).secrets.absentAccount).toBe(
      absentAccount,
    );
  });

  test('a Pod that was created before presents the Secrets that it lists itself', () => {
    const secrets = [aSecretFor([registryHost], { name: 'own' }), aSecretFor([registryHost], { name: 'later' })];
    const world = aWorld({ secrets, serviceAccount: anAccount(['later']) });
    const namesOf = (workload: Workload) => plan({ workload, world }).secrets.found.map(({ name }) => name);

    expect(namesOf(aPod())).toEqual(['later']);
    expect(namesOf({ ...aPod(), isStored: true })).toEqual([]);
    expect(namesOf({ ...aPod(image, naming('own')), isStored: true })).toEqual(['own']);
  });

  test.each([{ kind: 'absent' }, { kind: 'unknown' }] as const)('nor does its account matter: $kind', (account) => {
    const workload: Workload = { ...aPod(image, { serviceAccountName: 'web' }), isStored: true };
    const { secrets } = plan({ workload, world: aWorld({ serviceAccount: account }) });
    expect([secrets.unreadAccount, secrets.absentAccount]).toEqual([undefined, undefined]);
  });

  test('two keys of one Secret for one registry have no order', () => {
    const regcred = aSecretFor([registryHost, `https://${registryHost}`]);
    const workload = aPod(image, naming('regcred'));

    expect(firstPull(plan({ workload, world: aWorld({ secrets: [regcred] }) })).anyOrder).toBe(true);
    expect(firstPull(plan({})).anyOrder).toBe(false);
  });

  test('a Secret that cannot be decoded does no harm while nothing names it', () => {
    expect(firstOf({ world: aWorld({ secrets: [bad] }) })?.kind).toBe('pull');
  });
});
