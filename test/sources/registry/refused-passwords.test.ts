import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../../src/core/registry/exchange.ts';
import { startCarrier, terms } from '../../support/carriers.ts';
import { makeClock } from '../../support/clock.ts';
import { anEndpoint, anExchange, inShort } from '../../support/exchanges.ts';
import { type Handle, startServer } from '../../support/servers.ts';

const right = `Basic ${Buffer.from('user:right').toString('base64')}`;

/** A token server that knows one password. */
async function presenting(handle?: Handle) {
  const server = await startServer(
    handle ??
      (({ headers }, response) => {
        if (headers.authorization === right) response.end('{"token":"t"}');
        else response.writeHead(401).end('{}');
      }),
  );
  const clock = makeClock();
  const endpoint = anEndpoint(`http://127.0.0.1:${server.port}`);
  const { send } = startCarrier({ clock });
  const present = (credentialKey: string, scope: string, part: Partial<Exchange> = {}, maxAgeMs = 1e9) => {
    const password = credentialKey.split('#')[0] ?? '';
    return send(
      anExchange(endpoint, {
        purpose: 'token',
        method: 'GET',
        url: `http://127.0.0.1:${server.port}/token?scope=${scope}`,
        headers: { Authorization: `Basic ${Buffer.from(`user:${password}`).toString('base64')}` },
        presentsPassword: { credentialKey, to: endpoint.host },
        ...part,
      }),
      terms({ maxAgeMs }),
    );
  };
  return { server, clock, endpoint, present };
}

describe('a refused password', () => {
  test('is not presented again for five minutes, whatever for', async () => {
    const { server, clock, endpoint, present } = await presenting();

    expect(inShort(await present('wrong', 'a'))).toBe('401');
    clock.advance(299_999);
    expect(await present('wrong', 'a')).toMatchObject({ status: 401, ageMs: 299_999 });
    expect(await present('wrong', 'a')).not.toHaveProperty('borrowed');
    expect(await present('wrong', 'b')).toMatchObject({ status: 401, ageMs: 299_999, borrowed: true });
    expect(await present('wrong', 'b', { purpose: 'manifest', method: 'HEAD' })).toMatchObject({ borrowed: true });
    // Even to who wants something younger.
    expect(await present('wrong', 'a', {}, 0)).toMatchObject({ ageMs: 299_999 });
    expect(await present('wrong', 'a', { secondLook: { notBeforeMs: 0 } })).toMatchObject({ borrowed: true });
    expect(server.requests).toHaveLength(1);
    clock.advance(1);
    await present('wrong', 'a');
    expect(server.requests).toHaveLength(2);
    expect(endpoint.host).toBe(server.requests[0]?.headers.host);
  });

  test('by POST is asked by GET once more, and by both no more', async () => {
    const { server, present } = await presenting();
    const form = { method: 'POST', body: 'password=wrong' } as const;

    expect(inShort(await present('wrong', 'a', form))).toBe('401');
    expect(inShort(await present('wrong', 'a'))).toBe('401');
    expect(inShort(await present('wrong', 'b', form))).toBe('401 borrowed');
    expect(inShort(await present('wrong', 'b'))).toBe('401 borrowed');
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  test('says nothing of other passwords, or of the same one elsewhere', async () => {
    const { server, present } = await presenting();

    await present('wrong', 'a');
    expect(inShort(await present('right', 'b'))).toBe('200');
    await present('wrong', 'c', { presentsPassword: { credentialKey: 'wrong', to: 'elsewhere' } });
    await present('wrong#changed', 'd');
    expect(server.requests).toHaveLength(4);
  });

  test('is presented once by many at the same time', async () => {
    const { server, present } = await presenting();

    const answers = await Promise.all(Array.from({ length: 100 }, (_, number) => present('wrong', String(number))));
    expect(new Set(answers.map(inShort))).toEqual(new Set(['401', '401 borrowed']));
    expect(server.requests).toHaveLength(1);
  });

  test('that was right before is noticed', async () => {
    let isLocked = false;
    const { server, clock, present } = await presenting((_request, response) => {
      response.writeHead(isLocked ? 401 : 200).end('{}');
    });

    await present('right', 'a');
    isLocked = true;
    clock.advance(60_000);
    expect(inShort(await present('right', 'b'))).toBe('401');
    expect(inShort(await present('right', 'c'))).toBe('401 borrowed');
    expect(server.requests).toHaveLength(2);
  });
});

describe('a password that is taken', () => {
  test('may be presented by all, after the first', async () => {
    const { server, present } = await presenting();

    const answers = await Promise.all(Array.from({ length: 20 }, (_, number) => present('right', String(number))));
    expect(new Set(answers.map(inShort))).toEqual(new Set(['200']));
    expect(server.requests).toHaveLength(20);
  });

  test.each([[403], [404], [429], [500]])('%s teaches nothing of it', async (status) => {
    const { server, clock, present } = await presenting((_request, response) => {
      response.writeHead(status, { 'Retry-After': '1' }).end();
    });

    await present('right', 'a');
    clock.advance(5000);
    await present('right', 'b');
    expect(server.requests).toHaveLength(2);
  });
});

describe('a refused form', () => {
  test('is not the last word: the same password by GET is', async () => {
    const { server, present } = await presenting(({ method }, response) =>
      response.writeHead(method === 'POST' ? 401 : 200).end('{"token":"t"}'),
    );
    const post = { method: 'POST', body: 'password=right' } as const;

    expect(inShort(await present('right', 'a', post))).toBe('401');
    expect(inShort(await present('right', 'a'))).toBe('200');
    expect(inShort(await present('right', 'b', { ...post, body: 'password=right&b' }))).toBe('401 borrowed');
    expect(inShort(await present('right', 'b'))).toBe('200');
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET']);
  });

  test('and a refused GET are two requests, for however many images at the same time', async () => {
    const { server, present } = await presenting((_request, response) => response.writeHead(401).end());
    const tries = Array.from({ length: 50 }, async (_, number) => {
      const posted = await present('wrong', `r${number}`, { method: 'POST', body: `scope=r${number}` });
      return [inShort(posted), inShort(await present('wrong', `r${number}`))];
    });

    const answers = await Promise.all(tries);
    expect(answers.filter(([, got]) => got === '401')).toHaveLength(1);
    expect(answers.filter(([, got]) => got === '401 borrowed')).toHaveLength(49);
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });
});
