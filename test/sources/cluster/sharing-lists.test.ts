import { expect, test } from 'vitest';
import { sharingLists } from '../../../src/sources/cluster/sharing-lists.ts';
import { signalOfTest, startApiServer } from '../../support/api-server.ts';

const list = '/apis/apps/v1/namespaces/shop/replicasets?limit=500';
const late = { kind: 'unreachable', reason: 'no answer in time' };

async function scene() {
  const held: (() => void)[] = [];
  const { api, requests } = await startApiServer(({ reply }) => held.push(() => reply(200, { items: [] })));
  return { api: sharingLists(api), requests, held };
}

test('a page is asked for once by those who want it at the same time, and again later', async () => {
  const { api, requests, held } = await scene();
  const both = Promise.all([api.get(list, signalOfTest()), api.get(list, signalOfTest())]);
  await expect.poll(() => held.length).toBe(1);
  held[0]?.();
  expect(await both).toEqual([
    { kind: 'ok', value: { items: [] } },
    { kind: 'ok', value: { items: [] } },
  ]);
  const later = api.get(list, signalOfTest());
  await expect.poll(() => held.length).toBe(2);
  held[1]?.();
  await later;
  expect(requests).toHaveLength(2);
});

test('who gives up leaves the page to the others', async () => {
  const { api, held } = await scene();
  const impatient = new AbortController();
  const [given, kept] = [api.get(list, impatient.signal), api.get(list, signalOfTest())];
  await expect.poll(() => held.length).toBe(1);
  impatient.abort();
  expect(await given).toEqual(late);
  held[0]?.();
  expect(await kept).toMatchObject({ kind: 'ok' });
});

test('a page that nobody waits for any more is asked for anew', async () => {
  const { api, held } = await scene();
  const impatient = new AbortController();
  const given = api.get(list, impatient.signal);
  await expect.poll(() => held.length).toBe(1);
  impatient.abort();
  expect(await given).toEqual(late);
  const again = api.get(list, signalOfTest());
  await expect.poll(() => held.length).toBe(2);
  held[1]?.();
  expect(await again).toMatchObject({ kind: 'ok' });
});

test('a single object is asked for each time', async () => {
  const { api, requests, held } = await scene();
  const path = '/api/v1/namespaces/shop/secrets/regcred';
  const both = Promise.all([api.get(path, signalOfTest()), api.get(path, signalOfTest())]);
  await expect.poll(() => held.length).toBe(2);
  for (const answer of held) answer();
  await both;
  expect(requests).toHaveLength(2);
});
