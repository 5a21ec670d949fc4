import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../src/core/registry/exchange.ts';
import { startCarrier, terms } from '../../support/carriers.ts';
import { makeClock } from '../../support/clock.ts';
import { anEndpoint, anExchange, inShort } from '../../support/exchanges.ts';
import { type Handle, startServer } from '../../support/servers.ts';

const secondLook = { notBeforeMs: 300 };
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
  return { server, clock, sentAtMs, look, again: (part = {}) => look({ method: 'GET', secondLook, ...part }) };
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
        expect(inShort(await look())).toBe('401 borrowed');
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
    const exchange = anExchange(anEndpoint(`http://127.0.0.1:${server.port}`), { secondLook });

    expect(inShort(await send(exchange, terms({ signal: AbortSignal.timeout(5) })))).toBe('deadline');
    expect(server.requests).toEqual([]);
  });

  test('really waits', async () => {
    const server = await startServer(absent);
    const { send } = startCarrier();
    const exchange = anExchange(anEndpoint(`http://127.0.0.1:${server.port}`));
    const caller = new AbortController();

    await send(exchange, terms());
    const again = send({ ...exchange, secondLook: { notBeforeMs: 600_000 } }, terms({ signal: caller.signal }));
    await send({ ...exchange, url: `${exchange.url}-other` }, terms());
    caller.abort();
    expect(inShort(await again)).toBe('deadline');
    expect(server.requests).toHaveLength(2);
  });
});
