import { describe, expect, test } from 'vitest';
import type { FuseState } from '../../../src/core/verdict/fuse.ts';
import type { FuseObject } from '../../../src/sources/cluster/fuse-object.ts';
import { signalOfTest } from '../../support/api-server.ts';
import { startFuseCluster } from '../../support/fuse-cluster.ts';

const denial = (reference: string) => ({ registry: 'registry.test', namespace: 'shop', reference, atMs: 1 });
const adding =
  (reference: string) =>
  (state: FuseState): FuseState => ({ ...state, denied: [...state.denied, denial(reference)] });

async function referencesIn(object: FuseObject): Promise<readonly string[]> {
  const read = await object.read(signalOfTest());
  return read.kind === 'state' ? read.state.denied.map(({ reference }) => reference) : [read.kind];
}

describe('the object', () => {
  test('is made by the first change, and then changed', async () => {
    const { stored, aReplica, methods } = await startFuseCluster();
    const object = aReplica();

    expect(await referencesIn(object)).toEqual([]);
    await object.change(adding('a'), signalOfTest());
    await object.change(adding('b'), signalOfTest());
    expect(await referencesIn(aReplica())).toEqual(['a', 'b']);
    expect(methods()).toEqual(['GET', 'GET', 'POST', 'GET', 'PUT', 'GET']);
    expect(stored.object).toMatchObject({
      kind: 'ConfigMap',
      metadata: { name: 'pullgate-fuse', namespace: 'pullgate', labels: { 'app.kubernetes.io/name': 'pullgate' } },
    });
  });

  test('is not written where nothing changes', async () => {
    const { aReplica, methods } = await startFuseCluster();

    await aReplica().change((state) => state, signalOfTest());
    expect(methods()).toEqual(['GET']);
  });

  test('loses nothing that replicas write at the same time', async () => {
    const { aReplica } = await startFuseCluster();
    const [one, two, three] = [aReplica(), aReplica(), aReplica()];
    const changes = Array.from({ length: 15 }, (_, number) => ({
      replica: number % 3 === 0 ? one : number % 3 === 1 ? two : three,
      reference: String.fromCodePoint(97 + number),
    }));

    const read = await Promise.all(
      changes.map(({ replica, reference }) => replica.change(adding(reference), signalOfTest())),
    );
    expect(read.map(({ kind }) => kind)).toEqual(changes.map(() => 'state'));
    expect(new Set(await referencesIn(aReplica()))).toEqual(new Set('abcdefghijklmno'));
  });

  test('starts empty when somebody has deleted it', async () => {
    const { stored, aReplica } = await startFuseCluster();
    const object = aReplica();

    await object.change(adding('a'), signalOfTest());
    stored.object = undefined;
    await object.change(adding('b'), signalOfTest());
    expect(await referencesIn(object)).toEqual(['b']);
  });

  test.each([
    ['no data', undefined],
    ['no state', { other: '{}' }],
    ['no JSON', { state: '{' }],
    ['another form', { state: '{"denied":[{"registry":1}],"blown":[]}' }],
    ['too much', { state: JSON.stringify({ denied: Array.from({ length: 20_000 }, () => denial('a')), blown: [] }) }],
  ])('counts as empty with %s in it, and is mended by the next change', async (_name, data) => {
    const { stored, aReplica } = await startFuseCluster();
    const object = aReplica();

    await object.change(adding('a'), signalOfTest());
    if (stored.object === undefined) throw new Error('nothing was stored');
    stored.object = { metadata: stored.object.metadata, ...(data && { data }) };
    expect(await referencesIn(object)).toEqual([]);
    await object.change(adding('b'), signalOfTest());
    expect(await referencesIn(object)).toEqual(['b']);
  });
});

describe('without the right', () => {
  test('to read, that is said', async () => {
    const { aReplica } = await startFuseCluster('GET');

    expect(await aReplica().read(signalOfTest())).toEqual({ kind: 'refused', status: 403 });
    expect(await aReplica().change(adding('a'), signalOfTest())).toEqual({ kind: 'refused', status: 403 });
  });

  test('to make it, that is said', async () => {
    const { aReplica } = await startFuseCluster('POST');

    expect(await aReplica().change(adding('a'), signalOfTest())).toEqual({ kind: 'refused', status: 403 });
  });
});
