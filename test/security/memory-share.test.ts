/** S21: one namespace that names ever new images does not push out what others asked for. */
import { describe, expect, test } from 'vitest';
import { openSharedCache } from '../../src/sources/registry/shared-cache.ts';
import { startCarrier, terms } from '../support/carriers.ts';
import { anEndpoint, anExchange } from '../support/exchanges.ts';
import { startServer } from '../support/servers.ts';

const openCache = (bytes = 1e6) => openSharedCache<number>({ entries: 100, bytes, sizeOf: (value) => value });

const kept = (cache: ReturnType<typeof openCache>, name: string, count: number) =>
  Array.from({ length: count }, (_, number) => cache.get(`${name} ${number}`)).filter((value) => value !== undefined)
    .length;

describe('a cache that is full', () => {
  test('keeps what others hold, however many one of them adds', () => {
    const cache = openCache();
    for (let number = 0; number < 60; number += 1) cache.set(`good ${number}`, 1, 'good');
    for (let number = 0; number < 5000; number += 1) cache.set(`hostile ${number}`, 1, 'hostile');

    expect(kept(cache, 'good', 60)).toBe(60);
    expect(kept(cache, 'hostile', 5000)).toBe(40);
  });

  test('by its bytes, too', () => {
    const cache = openCache(1000);
    for (let number = 0; number < 7; number += 1) cache.set(`good ${number}`, 100, 'good');
    for (let number = 0; number < 50; number += 1) cache.set(`hostile ${number}`, 100, 'hostile');

    expect(kept(cache, 'good', 7)).toBe(7);
    expect(kept(cache, 'hostile', 50)).toBe(3);
  });

  test('gives up to a share to who comes later, and forgets what was used least', () => {
    const cache = openCache();
    for (let number = 0; number < 100; number += 1) cache.set(`first ${number}`, 1, 'first');
    for (let number = 0; number < 50; number += 1) cache.set(`later ${number}`, 1, 'later');

    expect(kept(cache, 'first', 100)).toBe(75);
    expect(cache.get('first 0')).toBeUndefined();
    expect(cache.get('first 99')).toBe(1);
    expect(kept(cache, 'later', 50)).toBe(25);
    expect(cache.get('later 49')).toBe(1);
  });

  test('is all for the one who is alone, or who needs no name', () => {
    const cache = openCache();
    for (let number = 0; number < 200; number += 1) cache.set(`own ${number}`, 1, 'own');
    expect(kept(cache, 'own', 200)).toBe(100);
    for (let number = 0; number < 200; number += 1) cache.set(`any ${number}`, 1);
    expect(kept(cache, 'any', 200)).toBe(100);
  });

  test('what is written over, deleted or too large is not counted', () => {
    const cache = openCache(1000);
    for (let number = 0; number < 500; number += 1) cache.set('same', 100, 'one');
    cache.set('too large', 2000, 'one');
    cache.delete('same');
    for (let number = 0; number < 10; number += 1) cache.set(`one ${number}`, 100, 'one');

    expect(kept(cache, 'one', 10)).toBe(10);
  });
});

test('what a namespace was answered is remembered through a flood of another', async () => {
  const server = await startServer((_request, response) =>
    response.setHeader('Docker-Content-Digest', 'sha256:1').end(),
  );
  const { send } = startCarrier({ rememberedAnswers: 40, perRegistryConcurrency: 4 });
  const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);
  const ask = (repository: string, asker: string) => send(anExchange(endpoint, { repository }), terms({ asker }));
  for (let number = 0; number < 20; number += 1) await ask(`good/${number}`, 'good');
  for (let number = 0; number < 100; number += 1) await ask(`hostile/${number}`, 'hostile');
  const before = server.requests.length;
  for (let number = 0; number < 20; number += 1) await ask(`good/${number}`, 'good');

  expect(server.requests).toHaveLength(before);
});
