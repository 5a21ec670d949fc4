import { describe, expect, test } from 'vitest';
import type { FailureCause } from '../../../src/core/registry/exchange.ts';
import type { Connection, Connections } from '../../../src/sources/registry/connections.ts';
import { reachingByHttpToo } from '../../../src/sources/registry/http-fallback.ts';
import { makeKeys } from '../../../src/sources/registry/keys.ts';
import { placeOf } from '../../../src/sources/registry/place.ts';
import { startCarrier, terms } from '../../support/carriers.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { makeClock } from '../../support/clock.ts';
import { anEndpoint, anExchange, inShort, unconnected } from '../../support/exchanges.ts';
import { startServer } from '../../support/servers.ts';

describe('a server in plain HTTP', () => {
  test('is asked by http where the endpoint may fall back, and from then on at once', async () => {
    const server = await startServer(({ headers }, response) => response.setHeader('X', headers.host ?? '').end());
    const endpoint = anEndpoint(`https://127.0.0.1:${server.port}`, { httpFallback: true });
    const { send } = startCarrier();

    expect(inShort(await send(anExchange(endpoint), terms()))).toBe('200');
    expect(inShort(await send(anExchange(endpoint, { repository: 'other' }), terms()))).toBe('200');
    expect([server.requests.length, server.connections()]).toEqual([2, 2]);
  });

  test('is plain-http where it may not', async () => {
    const server = await startServer((_request, response) => response.end());
    const endpoint = anEndpoint(`https://127.0.0.1:${server.port}`);

    expect(await startCarrier().send(anExchange(endpoint), terms())).toEqual(unconnected('plain-http'));
    expect(server.requests).toEqual([]);
  });

  test('elsewhere is not, and gets no password', async () => {
    const elsewhere = await startServer((_request, response) => response.end());
    const endpoint = anEndpoint('https://127.0.0.1:5000', { httpFallback: true });
    const exchange = anExchange(endpoint, { purpose: 'token', url: `https://127.0.0.1:${elsewhere.port}/token` });

    expect(await startCarrier().send(exchange, terms())).toEqual(unconnected('plain-http'));
    expect(elsewhere.requests).toEqual([]);
  });

  test('may lead to itself', async () => {
    const server = await startServer(({ url, headers }, response) => {
      if (url === '/else') response.end();
      else response.writeHead(307, { Location: `http://${headers.host}/else` }).end();
    });
    const endpoint = anEndpoint(`https://127.0.0.1:${server.port}`, { httpFallback: true });

    expect(inShort(await startCarrier().send(anExchange(endpoint), terms()))).toBe('200');
  });
});

test('a server that speaks TLS is asked by https, and its certificate counts', async () => {
  const authority = await makeAuthority('Test CA');
  const leaf = await authority.issue({ names: ['127.0.0.1'] });
  const server = await startServer((_request, response) => response.end(), {
    cert: leaf.certificate,
    key: leaf.privateKey,
  });
  const endpoint = anEndpoint(`https://127.0.0.1:${server.port}`, { httpFallback: true });

  expect(await startCarrier().send(anExchange(endpoint), terms())).toEqual(unconnected('tls'));
  expect(server.requests).toEqual([]);
});

describe('what http may cure', () => {
  test.each<[string, FailureCause, string[]]>([
    ['registry.test:5000', 'plain-http', ['https://registry.test:5000', 'http://registry.test:5000']],
    ['registry.test:5000', 'timeout', ['https://registry.test:5000', 'http://registry.test:5000']],
    ['registry.test:5000', 'connection', ['https://registry.test:5000']],
    ['registry.test:5000', 'tls', ['https://registry.test:5000']],
    ['registry.test:5000', 'dns', ['https://registry.test:5000']],
    ['registry.test:5000', 'refused-address', ['https://registry.test:5000']],
    ['registry.test', 'connection', ['https://registry.test', 'http://registry.test']],
    ['registry.test:443', 'plain-http', ['https://registry.test', 'http://registry.test:443']],
    ['registry.test:443', 'connection', ['https://registry.test']],
    ['[fd00:0::1]:5000', 'plain-http', ['https://[fd00::1]:5000', 'http://[fd00::1]:5000']],
  ])('%s, %s', async (host, cause, expected) => {
    const { asked, reach } = reaching(host, cause);

    await reach();
    expect(asked).toEqual(expected);
  });

  test('plain HTTP is remembered for five minutes, slowness is not', async () => {
    const plain = reaching('registry.test:5000', 'plain-http');
    const slow = reaching('registry.test:5000', 'timeout');
    for (const { clock, reach } of [plain, slow]) {
      await reach();
      clock.advance(299_999);
      await reach();
      clock.advance(1);
      await reach();
    }
    expect(plain.asked.map((origin) => origin.split(':')[0])).toEqual(['https', 'http', 'http', 'https', 'http']);
    expect(slow.asked.map((origin) => origin.split(':')[0])).toEqual([
      'https',
      'http',
      'https',
      'http',
      'https',
      'http',
    ]);
  });
});

/** Connections that exist only in name: https fails by the cause, http succeeds. */
function reaching(host: string, cause: FailureCause) {
  const asked: string[] = [];
  const open: Connections['open'] = async ({ origin }) => {
    asked.push(origin);
    return origin.startsWith('https') ? { kind: 'failed', cause } : { kind: 'connected', connection: {} as Connection };
  };
  const clock = makeClock();
  const connections = { open, take: open, giveBack: () => {}, close: () => {} };
  const exchange = anExchange(anEndpoint(`https://${host}`, { httpFallback: true, host }));
  const place = placeOf(exchange);
  if (place === undefined) throw new Error(exchange.url);
  const reach = reachingByHttpToo(connections, makeKeys(), clock);
  return { asked, clock, reach: () => reach(exchange, place, false) };
}
