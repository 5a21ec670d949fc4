import { describe, expect, test } from 'vitest';
import { pullSecretContentOf } from '../../../src/core/credential/pull-secret-content.ts';
import type { ServiceAccountLookup } from '../../../src/core/credential/service-account.ts';
import type { SecretLookup } from '../../../src/core/pull/world.ts';
import { watchCluster } from '../../../src/sources/cluster/cluster-facts.ts';
import { aNode, aPod, aPullSecret } from '../../support/api-objects.ts';
import {
  type ApiCall,
  aListPage,
  aStatus,
  signalOfTest,
  startApiServer,
  type WatchStream,
} from '../../support/api-server.ts';
import { laterBy, standStill } from '../../support/later.ts';
import { aWorkload } from '../../support/workloads.ts';

const accountPath = '/api/v1/namespaces/shop/serviceaccounts/default';
const secretPath = (name: string) => `/api/v1/namespaces/shop/secrets/${name}`;
const anAccount = (...names: readonly string[]) => ({
  metadata: { name: 'default', namespace: 'shop' },
  imagePullSecrets: names.map((name) => ({ name })),
});
const aSecret = aPullSecret({ registry: 'registry.test', username: 'u', password: 'p' });
const aNamespace = (name: string) => ({ metadata: { name, labels: { 'pullgate.dev/mode': 'warn' } } });
const aPodWith = (...names: readonly string[]) =>
  aPod({ images: ['app:1'], spec: { imagePullSecrets: names.map((name) => ({ name })) } });

/** An object, a status, or whatever it does with the call. What is not named is not there. */
type Answer = object | number | ((call: ApiCall) => void);

async function startCluster(answers: Readonly<Record<string, Answer>> = {}) {
  const all: Record<string, Answer> = {
    '/api/v1/nodes': aListPage([], '1'),
    '/api/v1/namespaces': aListPage([], '1'),
    [accountPath]: anAccount(),
    ...answers,
  };
  let isWatchable = true;
  const streams: WatchStream[] = [];
  const { api, requests } = await startApiServer((call) => {
    if (call.isWatch && isWatchable) return void streams.push(call.stream());
    if (call.isWatch) return call.reply(403, aStatus(403, 'Forbidden'));
    const answer = all[call.path] ?? 404;
    if (typeof answer === 'function') answer(call);
    else if (typeof answer === 'number') call.reply(answer, aStatus(answer, 'No'));
    else call.reply(200, answer);
  });
  const troubles: string[] = [];
  const source = watchCluster(api, {
    onTrouble: (kind, reason) => void troubles.push(`${kind}: ${reason}`),
    onRecovered: () => {},
    signal: signalOfTest(),
  });
  const worldOf = (object: object, isLive = false, signal = signalOfTest()) =>
    source.worldOf(aWorkload(object), { signal, isLive });
  return {
    source,
    troubles,
    worldOf,
    /** The right to watch is taken away, and some time passes. */
    goStale: async () => {
      await expect.poll(() => streams.length).toBe(2);
      isWatchable = false;
      for (const stream of streams) stream.end();
      await expect.poll(() => troubles.length).toBe(2);
      laterBy(11_000);
    },
    secretNamed: async (name: string): Promise<SecretLookup> => (await worldOf(aPodWith(name))).secretNamed(name),
    /** Requests for objects whose path has this part. */
    count: (part: string) => requests.filter(({ url }) => url.includes(part)).length,
    set: (path: string, answer: Answer) => {
      all[path] = answer;
    },
  };
}

describe('nodes and Namespaces', () => {
  test('are listed, and told when they are there', async () => {
    const { source, worldOf } = await startCluster({
      '/api/v1/nodes': aListPage([aNode({ name: 'a' }), { metadata: {} }, aNode({ name: 'b' })], '1'),
      '/api/v1/namespaces': aListPage([aNamespace('shop')], '1'),
    });
    await expect.poll(source.notSynced).toEqual([]);

    const { nodes } = await worldOf(aPodWith());
    expect(nodes.kind === 'nodes' ? nodes.nodes.map(({ name }) => name) : nodes).toEqual(['a', 'b']);
    expect(await source.namespaceNamed('shop', signalOfTest())).toEqual({
      kind: 'found',
      namespace: { name: 'shop', labels: new Map([['pullgate.dev/mode', 'warn']]) },
    });
    expect([...source.ages().keys()]).toEqual(['nodes', 'namespaces']);
  });

  test('that may not be listed are unknown, not none', async () => {
    const { source, worldOf, troubles } = await startCluster({ '/api/v1/nodes': 403 });
    await expect.poll(source.notSynced).toEqual(['nodes']);
    expect((await worldOf(aPodWith())).nodes).toEqual({ kind: 'unknown' });
    await expect.poll(() => troubles).toEqual(['nodes: status 403']);
  });

  test('a Namespace that is not listed yet is read', async () => {
    const { source, count } = await startCluster({ '/api/v1/namespaces/new': aNamespace('new') });
    await expect.poll(source.notSynced).toEqual([]);
    const all = await Promise.all(Array.from({ length: 20 }, () => source.namespaceNamed('new', signalOfTest())));
    expect(all.every((lookup) => lookup.kind === 'found' && lookup.namespace.name === 'new')).toBe(true);
    expect(count('/namespaces/new')).toBe(1);
  });

  test.each(['none', '..', 'a/b', '\ud800'])('a Namespace %j that is nowhere is absent', async (name) => {
    const { source } = await startCluster();
    expect(await source.namespaceNamed(name, signalOfTest())).toEqual({ kind: 'absent' });
  });
});

describe('what cannot be watched any more', () => {
  const known = { '/api/v1/namespaces': aListPage([aNamespace('shop')], '1') };

  test('nodes are told to be those that were known once', async () => {
    const { goStale, worldOf } = await startCluster({ '/api/v1/nodes': aListPage([aNode({ name: 'a' })], '1') });
    await goStale();
    expect((await worldOf(aPodWith())).nodes).toMatchObject({ kind: 'nodes', nodes: [{ name: 'a' }], isStale: true });
  });

  test('a Namespace is read, by all who wait for it together', async () => {
    const { goStale, source, set, count } = await startCluster(known);
    await goStale();
    set('/api/v1/namespaces/shop', { metadata: { name: 'shop', labels: { 'pullgate.dev/mode': 'off' } } });
    const all = await Promise.all(Array.from({ length: 20 }, () => source.namespaceNamed('shop', signalOfTest())));

    const labels = new Map([['pullgate.dev/mode', 'off']]);
    expect(new Set(all)).toEqual(new Set([{ kind: 'found', namespace: { name: 'shop', labels } }]));
    expect(count('/namespaces/shop')).toBe(1);
  });

  test('a label that is set then counts a second later', async () => {
    const { goStale, source, set } = await startCluster({ ...known, '/api/v1/namespaces/shop': aNamespace('shop') });
    await goStale();
    await source.namespaceNamed('shop', signalOfTest());
    set('/api/v1/namespaces/shop', { metadata: { name: 'shop' } });
    laterBy(12_001);
    expect(await source.namespaceNamed('shop', signalOfTest())).toEqual({
      kind: 'found',
      namespace: { name: 'shop', labels: new Map() },
    });
  });

  test('a Namespace that was deleted is absent', async () => {
    const { goStale, source } = await startCluster(known);
    await goStale();
    expect(await source.namespaceNamed('shop', signalOfTest())).toEqual({ kind: 'absent' });
  });

  test.each<[string, Answer]>([
    ['may not be read', 403],
    ['cannot be read', ({ response }) => void response.destroy()],
    ['cannot be understood', { metadata: {} }],
  ])('a Namespace that %s has the labels that were known once', async (_name, answer) => {
    const { goStale, source } = await startCluster({ ...known, '/api/v1/namespaces/shop': answer });
    await goStale();
    expect(await source.namespaceNamed('shop', signalOfTest())).toEqual({
      kind: 'found',
      namespace: { name: 'shop', labels: new Map([['pullgate.dev/mode', 'warn']]) },
      isStale: true,
    });
  });
});

describe('the account', () => {
  test('is found, and its Secrets are read', async () => {
    const { worldOf, count } = await startCluster({
      [accountPath]: anAccount('regcred'),
      [secretPath('regcred')]: aSecret,
    });
    const world = await worldOf(aPodWith());
    expect(world.serviceAccount).toMatchObject({ kind: 'found', account: { imagePullSecrets: ['regcred'] } });
    expect(world.secretNamed('regcred').kind).toBe('found');
    expect(count('/secrets/')).toBe(1);
  });

  test.each<[string, Answer, ServiceAccountLookup]>([
    ['is absent', 404, { kind: 'absent' }],
    ['may not be read', 403, { kind: 'unknown', why: 'grant pullgate get on serviceaccounts in namespace shop' }],
    ['is refused otherwise', 500, { kind: 'unknown', why: 'the API server answers 500' }],
    ['cannot be understood', { metadata: {} }, { kind: 'unknown', why: 'the object is invalid' }],
    [
      'is unreachable',
      ({ response }) => void response.destroy(),
      { kind: 'unknown', why: 'the API server does not answer: ECONNRESET' },
    ],
  ])('%s; the Secrets of the Pod are read nevertheless', async (_name, answer, lookup) => {
    const { worldOf } = await startCluster({ [accountPath]: answer, [secretPath('regcred')]: aSecret });
    const world = await worldOf(aPodWith('regcred'));
    expect(world.serviceAccount).toEqual(lookup);
    expect(world.secretNamed('regcred').kind).toBe('found');
  });

  test('is not waited for beyond the deadline', async () => {
    const { worldOf } = await startCluster({ [accountPath]: () => {} });
    expect((await worldOf(aPodWith(), false, AbortSignal.timeout(50))).serviceAccount).toEqual({
      kind: 'unknown',
      why: 'the API server does not answer: no answer before the deadline',
    });
  });
});

describe('a Secret', () => {
  test('is found, with the namespace and what the kubelet reads of it, and nothing else', async () => {
    const { secretNamed } = await startCluster({
      [secretPath('regcred')]: { ...aSecret, data: { ...aSecret.data, other: 'YQ==' } },
    });
    const lookup = await secretNamed('regcred');
    expect(lookup).toMatchObject({ kind: 'found', secret: { name: 'regcred', namespace: 'shop' } });
    expect(lookup.kind === 'found' && [...lookup.secret.data.keys()]).toEqual(['.dockerconfigjson']);
    expect(lookup.kind === 'found' && pullSecretContentOf(lookup.secret)).toMatchObject({ kind: 'decoded' });
  });

  test('of another type is found: what that means is not judged here', async () => {
    const { secretNamed } = await startCluster({ [secretPath('regcred')]: { ...aSecret, type: 'Opaque' } });
    const lookup = await secretNamed('regcred');
    expect(lookup.kind === 'found' && pullSecretContentOf(lookup.secret)).toEqual({
      kind: 'ignored',
      why: { kind: 'other-type', type: 'Opaque', holds: ['.dockerconfigjson'] },
    });
  });

  test.each<[string, Answer, SecretLookup]>([
    ['is not there', 404, { kind: 'absent' }],
    ['may not be read', 403, { kind: 'unknown', why: 'grant pullgate get on secrets in namespace shop' }],
    ['is refused otherwise', 500, { kind: 'unknown', why: 'the API server answers 500' }],
    [
      'is no JSON',
      ({ reply }) => reply(200, '{"data":"hunter2'),
      { kind: 'unknown', why: 'the API server does not answer: the answer is not JSON' },
    ],
    ['is no Secret', { data: 7 }, { kind: 'unknown', why: 'the object is invalid' }],
    [
      'holds no base64',
      { metadata: { name: 'regcred' }, data: { '.dockerconfigjson': 'hunter2!' } },
      { kind: 'unknown', why: 'the object is invalid' },
    ],
    [
      'is larger than any Secret can be',
      { ...aSecret, data: { '.dockerconfigjson': 'A'.repeat(5_000_000) } },
      { kind: 'unknown', why: 'the API server does not answer: the answer is too large' },
    ],
    [
      'is cut off',
      ({ response }) => void response.destroy(),
      { kind: 'unknown', why: 'the API server does not answer: ECONNRESET' },
    ],
  ])('that %s', async (_name, answer, lookup) => {
    const { secretNamed } = await startCluster({ [secretPath('regcred')]: answer });
    expect(await secretNamed('regcred')).toEqual(lookup);
  });

  test('that cannot be understood is not asked for again at once', async () => {
    const { secretNamed, count } = await startCluster({ [secretPath('regcred')]: { data: 7 } });
    await secretNamed('regcred');
    expect(await secretNamed('regcred')).toEqual({ kind: 'unknown', why: 'the object is invalid' });
    expect(count('/secrets/')).toBe(1);
  });

  test('that is deleted in between is seen by a live look, and by all after it', async () => {
    const { worldOf, set, count } = await startCluster({ [secretPath('regcred')]: aSecret });
    const kindOf = async (isLive: boolean) => (await worldOf(aPodWith('regcred'), isLive)).secretNamed('regcred').kind;
    expect(await kindOf(false)).toBe('found');
    set(secretPath('regcred'), 404);

    expect(await kindOf(false)).toBe('found');
    expect(await kindOf(true)).toBe('absent');
    expect(await kindOf(false)).toBe('absent');
    expect(count('/secrets/')).toBe(2);
  });

  test('that many Pods name is one request, as is their account', async () => {
    const { worldOf, count } = await startCluster({ [secretPath('regcred')]: aSecret });
    await Promise.all(Array.from({ length: 100 }, () => worldOf(aPodWith('regcred'))));
    expect([count('/secrets/'), count('/serviceaccounts/')]).toEqual([1, 1]);
  });

  test.each(['..', '../../kube-system/secrets/x', 'a%2Fb', '\ud800'])(
    'named %j can be none, and nothing else is read in its place',
    async (name) => {
      const { secretNamed, count } = await startCluster();
      expect(await secretNamed(name)).toEqual({ kind: 'absent' });
      expect(count('/secrets')).toBe(0);
      expect(count('kube-system')).toBe(0);
    },
  );

  test('beyond the thirty-second that is named is not read', async () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `s${index}`);
    const { worldOf, count } = await startCluster({ [accountPath]: anAccount('of-account') });
    const world = await worldOf(aPodWith('', ...names, 's0'));

    expect(count('/secrets/')).toBe(32);
    expect(world.secretNamed('s31')).toEqual({ kind: 'absent' });
    expect(world.secretNamed('s32')).toEqual({ kind: 'unknown', why: 'too many Secrets are named' });
    expect(world.secretNamed('of-account')).toEqual({ kind: 'unknown', why: 'too many Secrets are named' });
  });

  test.each<[string, object]>([
    ['in its content', { data: { '.dockerconfigjson': 'eHh4'.repeat(240_000) } }],
    [
      'in the names of its owners',
      { metadata: { ...aSecret.metadata, ownerReferences: [{ kind: 'App', name: 'x'.repeat(720_000) }] } },
    ],
  ])('that is large %s is kept as long as there is room for it', async (_name, large) => {
    const names = Array.from({ length: 24 }, (_, index) => `s${index}`);
    const { secretNamed, count } = await startCluster(
      Object.fromEntries(names.map((name) => [secretPath(name), { ...aSecret, ...large }])),
    );
    standStill();
    for (const name of names) expect((await secretNamed(name)).kind).toBe('found');
    expect(count('/secrets/')).toBe(24);

    // 16 MiB hold some twenty of them.
    for (const name of names) await secretNamed(name);
    expect(count('/secrets/')).toBeGreaterThan(24);
  });

  test('that is large in what nobody reads is kept', async () => {
    const names = Array.from({ length: 24 }, (_, index) => `s${index}`);
    const data = { ...aSecret.data, other: 'eHh4'.repeat(240_000) };
    const { secretNamed, count } = await startCluster(
      Object.fromEntries(names.map((name) => [secretPath(name), { ...aSecret, data }])),
    );
    standStill();
    for (const name of [...names, ...names]) await secretNamed(name);
    expect(count('/secrets/')).toBe(24);
  });
});
