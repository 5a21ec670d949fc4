import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../src/core/registry/exchange.ts';
import type { CarrierSettings } from '../../../src/sources/registry/carrier.ts';
import { makeKeys } from '../../../src/sources/registry/keys.ts';
import { openMemory } from '../../../src/sources/registry/memory.ts';
import { startCarrier, terms } from '../../support/carriers.ts';
import { makeClock } from '../../support/clock.ts';
import { anEndpoint, anExchange, aResponse, aSecondLook, inShort } from '../../support/exchanges.ts';
import { type Handle, heldAnswers, startServer } from '../../support/servers.ts';

const digest = `sha256:${'a'.repeat(64)}`;

async function asking(handle: Handle, settings: Partial<CarrierSettings> = {}) {
  const server = await startServer(handle);
  const clock = makeClock();
  const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);
  const { send } = startCarrier({ clock, chance: () => 0.5, ...settings });
  return {
    server,
    clock,
    endpoint,
    send: (part: Partial<Exchange> = {}, maxAgeMs = Number.POSITIVE_INFINITY) =>
      send(anExchange(endpoint, part), terms({ maxAgeMs })),
  };
}

/** With credentials, so that nothing but the very request answers it. */
const headers = { Authorization: 'Bearer t' };

const bytesOf = (text: string) => new TextEncoder().encode(text);

const token = (part: Partial<Exchange> = {}): Partial<Exchange> => ({
  purpose: 'token',
  method: 'GET',
  headers: {},
  ...part,
});

const remembering = (entries: number, bytes: number) => {
  const memory = openMemory({ keys: makeKeys(), clock: makeClock(), chance: () => 0, entries, bytes });
  const exchanges = Array.from({ length: 100 }, (_, number) =>
    anExchange(anEndpoint('https://registry.test'), { repository: `r${number}` }),
  );
  return {
    memory,
    exchanges,
    recalled: () => exchanges.filter((exchange) => memory.recall(exchange, 1e9) !== undefined),
  };
};

describe('how long', () => {
  test.each<[string, number, Partial<Exchange>, number]>([
    ['a tag', 200, { headers }, 60_000],
    ['a digest', 200, { headers, url: `/v2/team/app/manifests/${digest}` }, 300_000],
    ['a blob', 200, { headers, purpose: 'blob', url: `/v2/team/app/blobs/${digest}` }, 300_000],
    ['what is absent', 404, { headers }, 5000],
    ['what is refused', 401, { headers }, 5000],
    ['what went wrong', 500, { headers }, 5000],
  ])('%s is remembered', async (_name, status, part, lifetimeMs) => {
    const { server, clock, endpoint, send } = await asking((_request, response) => response.writeHead(status).end());
    const url = part.url === undefined ? {} : { url: `http://${endpoint.host}${part.url}` };

    expect(await send({ ...part, ...url })).toMatchObject({ status, ageMs: 0 });
    clock.advance(lifetimeMs - 1);
    expect(await send({ ...part, ...url })).toMatchObject({ status, ageMs: lifetimeMs - 1 });
    expect(server.requests).toHaveLength(1);
    clock.advance(1);
    expect(await send({ ...part, ...url })).toMatchObject({ status, ageMs: 0 });
    expect(server.requests).toHaveLength(2);
  });

  test('what went wrong in the carrying is remembered for five seconds', async () => {
    const { server, clock, send } = await asking((_request, _response, raw) => raw.socket.end('no HTTP'));

    for (const [afterMs, ageMs] of [
      [0, 0],
      [4999, 4999],
      [1, 0],
    ] as const) {
      clock.advance(afterMs);
      expect(await send({ headers })).toEqual({ kind: 'failure', cause: 'unacceptable-answer', ageMs });
    }
    expect(server.requests).toHaveLength(2);
  });

  test('the time that a clock of the day shows does not matter', async () => {
    const { server, send } = await asking((_request, response) => response.end());
    const now = Date.now;

    await send({ headers });
    Date.now = () => now() + 3_600_000;
    await send({ headers });
    Date.now = now;
    expect(server.requests).toHaveLength(1);
  });
});

describe('for whom', () => {
  test.each<[string, Partial<Exchange>]>([
    ['other credentials', { headers: { Authorization: 'Bearer other' } }],
    ['no credentials', { headers: {} }],
    ['another method', { headers, method: 'GET' }],
    ['another tag', { headers, url: '/v2/team/app/manifests/2' }],
    ['other accepted types', { headers: { ...headers, Accept: 'a/b' } }],
    ['a digest that was not wanted then', { headers, digestAlgorithm: 'sha256' }],
    ['a second look', { headers, secondLook: aSecondLook(0) }],
  ])('not for %s', async (_name, part) => {
    const { server, endpoint, send } = await asking((_request, response) => response.end());
    await send({ headers });

    const url = part.url === undefined ? {} : { url: `http://${endpoint.host}${part.url}` };
    expect(await send({ ...part, ...url })).toMatchObject({ ageMs: 0 });
    expect(server.requests).toHaveLength(2);
  });

  test('for the same request in other words', async () => {
    const { server, send } = await asking((_request, response) => response.end());
    await send({ headers: { Authorization: 'Bearer t', Accept: 'a/b' } });
    await send({ headers: { accept: 'a/b', authorization: 'Bearer t' } });
    expect(server.requests).toHaveLength(1);
  });

  test('not for who wants something younger', async () => {
    const { server, clock, send } = await asking((_request, response) => response.end());
    await send({ headers });
    clock.advance(5000);

    expect(await send({ headers }, 5000)).toMatchObject({ ageMs: 5000 });
    expect(await send({ headers }, 4999)).toMatchObject({ ageMs: 0 });
    expect(server.requests).toHaveLength(2);
    clock.advance(10);
    expect(await send({ headers })).toMatchObject({ ageMs: 10 });
  });

  test("our own deadline is nobody's answer", async () => {
    const { handle, waiting, release } = heldAnswers();
    const { server, endpoint } = await asking(handle);
    const hurried = new AbortController();
    const { send } = startCarrier();
    const exchange = anExchange(endpoint, { headers });

    const first = send(exchange, terms({ signal: hurried.signal }));
    await expect.poll(waiting).toBe(1);
    hurried.abort();
    expect(inShort(await first)).toBe('deadline');
    release();
    expect(inShort(await send(exchange, terms()))).toBe('200');
    expect(server.requests).toHaveLength(1);
  });
});

describe('tokens', () => {
  test('are remembered for as long as they say', async () => {
    const { server, clock, send } = await asking((_request, response) =>
      response.end('{"token":"t","expires_in":100}'),
    );

    await send(token());
    clock.advance(89_999);
    expect(await send(token())).toMatchObject({ ageMs: 89_999 });
    clock.advance(1);
    await send(token());
    expect(server.requests).toHaveLength(2);
  });

  test('that are refused before their time are forgotten', async () => {
    let count = 0;
    const { server, clock, send } = await asking(({ url, headers: sent }, response) => {
      if (url.endsWith('/token')) {
        count += 1;
        response.end(JSON.stringify({ access_token: `t${count}`, expires_in: 300 }));
      } else response.writeHead(sent.authorization === `Bearer t${count + 1}` ? 200 : 401).end();
    });
    const host = `http://127.0.0.1:${server.port}`;
    const asked = token({ url: `${host}/token` });

    expect(await send(asked)).toMatchObject({ body: bytesOf('{"access_token":"t1","expires_in":300}') });
    await send({ headers: { Authorization: 'Bearer t1' } });
    // Refused at once: another one would be no better.
    expect(await send(asked)).toMatchObject({ ageMs: 0 });
    expect(count).toBe(1);
    clock.advance(5000);
    await send({ headers: { authorization: 'bearer  t1' } });
    expect(await send(asked)).toMatchObject({ body: bytesOf('{"access_token":"t2","expires_in":300}') });
    await send({ headers: { Authorization: 'Bearer nobody knows' } });
    await send(asked);
    expect(count).toBe(2);
  });
});

describe('a token that was given for two scopes', () => {
  test('is forgotten for both once it stumbles over 400', async () => {
    const asked: string[] = [];
    const { server, send } = await asking(({ url }, response) => {
      asked.push(url);
      if (url.startsWith('/token')) response.end('{"token":"same","expires_in":300}');
      else response.writeHead(400).end();
    });
    const host = `http://127.0.0.1:${server.port}`;
    const scopes = ['one', 'two'].map((scope) => token({ url: `${host}/token?scope=${scope}` }));
    for (const scope of scopes) await send(scope);
    await send({ headers: { Authorization: 'Bearer same' } });
    asked.length = 0;
    for (const scope of scopes) await send(scope);
    expect(asked).toEqual(['/token?scope=one', '/token?scope=two']);
  });
});

describe('how much', () => {
  test('so many answers, the last ones', () => {
    const { memory, exchanges, recalled } = remembering(10, 1e9);
    for (const exchange of exchanges) memory.retain(exchange, aResponse(200));
    expect(recalled()).toEqual(exchanges.slice(-10));
  });

  test('so many bytes of bodies and headers', () => {
    const { memory, exchanges, recalled } = remembering(1000, 22_000);
    const headersOf = new Map([['server', ['x'.repeat(600)]]]);
    for (const exchange of exchanges)
      memory.retain(exchange, aResponse(200, { text: 'x'.repeat(1000), headers: headersOf }));
    expect(recalled()).toEqual(exchanges.slice(-9));
  });

  test('an answer beyond all bounds is not remembered, and displaces nothing', () => {
    const { memory, exchanges, recalled } = remembering(1000, 5000);
    const [small, large] = exchanges;
    if (small === undefined || large === undefined) throw new Error('no exchanges');
    memory.retain(small, aResponse(200));
    memory.retain(large, aResponse(200, { text: 'x'.repeat(6000) }));
    expect(recalled()).toEqual([small]);
  });
});
