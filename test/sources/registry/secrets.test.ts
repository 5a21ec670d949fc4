import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { Exchange } from '../../../src/core/registry/exchange.ts';
import { makeKeys } from '../../../src/sources/registry/keys.ts';
import { openMemory } from '../../../src/sources/registry/memory.ts';
import type { ObservedRequest } from '../../../src/sources/registry/observe.ts';
import { startCarrier, terms } from '../../support/carriers.ts';
import { makeClock } from '../../support/clock.ts';
import { anEndpoint, anExchange, aPassword, aResponse } from '../../support/exchanges.ts';
import { startServer } from '../../support/servers.ts';

const marker = 'm4rker/s3cret+';
const spellings = [
  marker,
  encodeURIComponent(marker),
  ...[0, 1, 2].map((shift) =>
    Buffer.from(`${' '.repeat(shift)}${marker}`)
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  ),
];

function expectNoSecret(text: string): void {
  for (const spelling of spellings) expect(text).not.toContain(spelling);
}

const seen = (value: unknown) =>
  inspect(value, { depth: 30, showHidden: true, maxStringLength: null, maxArrayLength: null, getters: true });

function secretExchange(origin: string): Exchange {
  const clientCertificates = [{ certificates: marker, privateKey: marker }];
  const tls = { verifiesCertificate: true, clientCertificates };
  return anExchange(anEndpoint(origin, { tls }), {
    purpose: 'token',
    method: 'POST',
    url: `${origin}/token?account=${encodeURIComponent(marker)}`,
    headers: { Authorization: `Basic ${Buffer.from(`user:${marker}`).toString('base64')}`, 'X-Key': marker },
    body: `password=${encodeURIComponent(marker)}`,
    presentsPassword: { ...aPassword(marker, 'registry.test'), userKey: marker },
  });
}

test('the marker is found where it is', () => {
  expect(() => expectNoSecret(seen(secretExchange('https://registry.test')))).toThrow('not to contain');
  expect(() => expectNoSecret(Buffer.from(`user:${marker}`).toString('base64'))).toThrow('not to contain');
});

test('keys say nothing, are equal for equals, and mean nothing to another process', () => {
  const [keys, others] = [makeKeys(), makeKeys()];
  const exchange = secretExchange('https://registry.test');
  const { presentsPassword = aPassword('', '') } = exchange;
  const all = (of: typeof keys, asked: Exchange) => [
    of.ofRequest(asked),
    of.ofSubject(asked),
    of.ofRepository(asked),
    of.ofPassword(presentsPassword),
    of.ofUser(presentsPassword),
    of.ofToken(marker),
    of.ofAsker('https://registry.test', marker),
    of.ofTls(asked.endpoint.tls),
  ];
  const made = all(keys, exchange);

  for (const key of made) expect(key).toHaveLength(16);
  expect(new Set(made).size).toBe(made.length);
  expect(all(keys, structuredClone(exchange))).toEqual(made);
  expect(made.filter((key) => all(others, exchange).includes(key))).toEqual([]);
});

test.each<[string, (exchange: Exchange) => Exchange]>([
  [
    'where one text ends and the next begins',
    (exchange) => ({ ...exchange, headers: { 'X-Keym': exchange.headers['X-Key']?.slice(1) ?? '' } }),
  ],
  ['the form', (exchange) => ({ ...exchange, body: `${exchange.body ?? ''}x` })],
  [
    'the private key',
    (exchange) => ({
      ...exchange,
      endpoint: anEndpoint('https://registry.test', {
        tls: { verifiesCertificate: true, clientCertificates: [{ certificates: marker, privateKey: 'x' }] },
      }),
    }),
  ],
  [
    'how certificates are verified',
    (exchange) => ({
      ...exchange,
      endpoint: { ...exchange.endpoint, tls: { ...exchange.endpoint.tls, verifiesCertificate: false } },
    }),
  ],
  ['the fallback', (exchange) => ({ ...exchange, endpoint: { ...exchange.endpoint, httpFallback: true } })],
])('keys tell requests apart by %s', (_name, change) => {
  const keys = makeKeys();
  const exchange = secretExchange('https://registry.test');

  expect(keys.ofRequest(change(exchange))).not.toBe(keys.ofRequest(exchange));
});

test('nothing that can be looked at shows a secret, after answers of all kinds', async () => {
  const observed: ObservedRequest[] = [];
  const server = await startServer(({ url }, response, raw) => {
    if (url.includes('broken')) raw.socket.end('no HTTP');
    else if (url.includes('refused')) response.writeHead(401, { 'WWW-Authenticate': marker }).end(marker);
    else response.writeHead(200, { 'Set-Cookie': marker }).end(JSON.stringify({ token: marker }));
  });
  const carrier = startCarrier({ observe: (request) => observed.push(request) });
  const origin = `http://127.0.0.1:${server.port}`;
  const exchange = secretExchange(origin);

  for (const part of [{}, { url: `${origin}/refused` }, { url: `${origin}/broken?${marker}` }])
    await carrier.send({ ...exchange, ...part, presentsPassword: aPassword(marker, JSON.stringify(part)) }, terms());
  expect(server.requests).toHaveLength(3);
  expectNoSecret(seen(carrier));
  expectNoSecret(seen(observed));
  const host = `127.0.0.1:${server.port}`;
  expect(observed).toEqual([
    { host, method: 'POST', durationMs: expect.any(Number), status: 200 },
    { host, method: 'POST', durationMs: expect.any(Number), status: 401 },
    { host, method: 'POST', durationMs: expect.any(Number), cause: 'unacceptable-answer' },
  ]);
});

test('a memory shows nothing of what it remembers', () => {
  const memory = openMemory({ keys: makeKeys(), clock: makeClock(), chance: () => 0, entries: 9, bytes: 1e6 });
  const exchange = secretExchange('https://registry.test');

  memory.retain(exchange, aResponse(200, { text: JSON.stringify({ token: marker }) }));
  expect(memory.recall(exchange, 1e9)).toBeDefined();
  expectNoSecret(seen(memory));
});
