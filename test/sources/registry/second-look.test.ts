import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../src/core/registry/exchange.ts';
import { startCarrier, terms } from '../../support/carriers.ts';
import { makeClock } from '../../support/clock.ts';
import { anEndpoint, anExchange, inShort } from '../../support/exchanges.ts';
import { type Handle, startServer } from '../../support/servers.ts';

const absent: Handle = (_request, response) => response.writeHead(404).end();

async function looking(handle: Handle = absent) {
  const clock = makeClock();
  const sentAtMs: number[] = [];
  const server = await startServer((...all) => {
    sentAtMs.push(clock.nowMs() - 1000);
    handle(...all);
  });
  const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);
  const { send } = startCarrier({ clock });
  const look = (part: Partial<Exchange> = {}, maxAgeMs = 5000) => send(anExchange(endpoint, part), terms({ maxAgeMs }));
  /** After the look with the same headers. */
  const again = (part: Partial<Exchange> = {}, maxAgeMs = 5000) => {
    const after = anExchange(endpoint, part.headers && { headers: part.headers });
    return look({ method: 'GET', secondLook: { notBeforeMs: 300, attempt: 1, after }, ...part }, maxAgeMs);
  };
  return { server, endpoint, clock, sentAtMs, look, again };
}

describe('a second look', () => {
  test('goes over a connection of its own, that is closed afterwards', async () => {
    const { server, look, again } = await looking((_request, response) => response.writeHead(404).end('x'));

    await look();
    expect(await again()).toMatchObject({ status: 404, ageMs: 0 });
    expect([server.requests.map(({ method }) => method), server.connections()]).toEqual([['HEAD', 'GET'], 2]);
    await expect.poll(server.openConnections, { interval: 3 }).toBe(1);
    await look({ method: 'GET' });
    expect(server.connections()).toBe(2);
  });

  test('waits for what is left of its time since the first', async () => {
    const { clock, sentAtMs, look, again } = await looking();

    await look();
    clock.advance(100);
    await again();
    expect([clock.waits, sentAtMs]).toEqual([[200], [0, 300]]);
  });

  test('does not wait when the first is old enough', async () => {
    const { clock, sentAtMs, look, again } = await looking();

    await look();
    clock.advance(2000);
    await look();
    await again();
    expect([clock.waits, sentAtMs]).toEqual([[], [0, 2000]]);
  });

  test('waits all of its time where no first is known', async () => {
    const { clock, sentAtMs, again } = await looking();

    await again();
    expect([clock.waits, sentAtMs]).toEqual([[300], [300]]);
  });

  test('is remembered for others who follow the same first', async () => {
    const { server, clock, look, again } = await looking();

    await look();
    await again();
    clock.advance(2000);
    expect(await look()).toMatchObject({ status: 404, ageMs: 2300 });
    expect(await again()).toMatchObject({ status: 404, ageMs: 2000 });
    expect(server.requests).toHaveLength(2);
  });

  test('is taken again after another first', async () => {
    const { sentAtMs, clock, look, again } = await looking();

    await look();
    await again();
    clock.advance(4700);
    await look();
    expect(await again()).toMatchObject({ ageMs: 0 });
    expect(sentAtMs).toEqual([0, 300, 5000, 5300]);
  });

  test('is shared by those who take it at the same time', async () => {
    const { server, look, again } = await looking();

    await Promise.all(
      Array.from({ length: 200 }, async () => {
        await look();
        return again();
      }),
    );
    expect(server.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
  });

  test('is shared where the first was a challenge for another tag', async () => {
    const { server, look, again } = await looking((_request, response) => {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end();
    });
    await look({ url: `http://127.0.0.1:${server.port}/v2/team/app/manifests/other` });

    await Promise.all(
      Array.from({ length: 50 }, async () => {
        expect(inShort(await look())).toBe('401');
        return again({ method: 'HEAD' });
      }),
    );
    expect(server.requests).toHaveLength(2);
  });

  test('is not shared between credentials', async () => {
    const { server, look, again } = await looking();

    for (const headers of [{ Authorization: 'Bearer a' }, { Authorization: 'Bearer b' }]) {
      await look({ headers });
      await again({ headers });
    }
    expect(server.requests).toHaveLength(4);
  });

  test('has no answer when the time of its caller is up, nor is it sent', async () => {
    const server = await startServer(absent);
    const { send } = startCarrier();
    const after = anExchange(anEndpoint(`http://127.0.0.1:${server.port}`));
    const exchange = { ...after, secondLook: { notBeforeMs: 300, attempt: 1, after } };

    expect(inShort(await send(exchange, terms({ signal: AbortSignal.timeout(5) })))).toBe('deadline');
    expect(server.requests).toEqual([]);
  });

  test('really waits', async () => {
    const server = await startServer(absent);
    const { send } = startCarrier();
    const exchange = anExchange(anEndpoint(`http://127.0.0.1:${server.port}`));
    const caller = new AbortController();

    await send(exchange, terms());
    const again = send(
      { ...exchange, secondLook: { notBeforeMs: 600_000, attempt: 1, after: exchange } },
      terms({ signal: caller.signal }),
    );
    await send({ ...exchange, url: `${exchange.url}-other` }, terms());
    caller.abort();
    expect(inShort(await again)).toBe('deadline');
    expect(server.requests).toHaveLength(2);
  });
});

const challenging: Handle = ({ url, headers }, response) => {
  if (url.startsWith('/token')) response.end('{"token":"t"}');
  else if (headers.authorization === undefined) response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
  else response.writeHead(404).end();
};

describe('a second look that is a dialogue', () => {
  const token = { purpose: 'token', headers: {} } as const;

  test('has one connection to the end, and no other request is on it', async () => {
    const { server, endpoint, look, again, clock } = await looking(challenging);
    const refused = { headers: { Authorization: 'Bearer t' } };
    const secondLook = { notBeforeMs: 300, attempt: 1, after: anExchange(endpoint, refused) };
    const url = `http://${endpoint.host}/token`;

    await look(refused);
    await again({ headers: {}, secondLook });
    await look({ headers: { Authorization: 'Bearer other' } });
    await again({ ...token, url, secondLook });
    await again({ ...refused, secondLook });
    expect(clock.waits).toEqual([300]);
    expect(server.requests).toHaveLength(5);
    expect(server.connections()).toBe(2);
    // What ends with a challenge or a token goes on.
    await expect.poll(server.openConnections, { interval: 3 }).toBe(1);
  });

  test('is answered from memory of itself, and of nothing else', async () => {
    const { server, clock, endpoint, look, again } = await looking(challenging);
    const refused = { headers: { Authorization: 'Bearer t' } };
    const secondLook = { notBeforeMs: 300, attempt: 1, after: anExchange(endpoint, refused) };
    const url = `http://${endpoint.host}/token`;

    await look({ ...token, method: 'GET', url });
    await look(refused);
    await again({ ...token, url, secondLook });
    expect(server.requests).toHaveLength(3);
    clock.advance(1000);
    expect(await again({ ...token, url, secondLook })).toMatchObject({ ageMs: 1000 });
    expect(await again({ ...token, url, secondLook }, 999)).toMatchObject({ ageMs: 0 });
    expect(server.requests).toHaveLength(4);
    clock.advance(5000);
    await again({ ...token, url, secondLook });
    expect(server.requests).toHaveLength(5);
  });

  test('may ask the same again', async () => {
    const { server, endpoint, again } = await looking();
    const after = anExchange(endpoint);

    for (const attempt of [1, 2, 2, 3]) await again({ secondLook: { notBeforeMs: 300, attempt, after } });
    expect(server.requests).toHaveLength(3);
  });

  test('leaves its token for first looks', async () => {
    const { server, endpoint, look, again } = await looking(challenging);
    const url = `http://${endpoint.host}/token`;

    await again({ ...token, url });
    await look({ ...token, method: 'GET', url });
    expect(server.requests).toHaveLength(1);
  });

  test('opens another connection where its own was closed', async () => {
    const { server, endpoint, again } = await looking((request, response, raw) => {
      if (server.requests.length === 1) response.setHeader('Connection', 'close');
      challenging(request, response, raw);
    });
    const url = `http://${endpoint.host}/token`;
    const secondLook = { notBeforeMs: 300, attempt: 1, after: anExchange(endpoint) };

    await again({ secondLook });
    expect(inShort(await again({ ...token, url, secondLook }))).toBe('200');
    expect(server.connections()).toBe(2);
  });
});
