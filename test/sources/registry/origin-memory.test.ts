import { describe, expect, test } from 'vitest';
import type { Answer, Exchange } from '../../../src/core/registry/exchange.ts';
import { makeKeys } from '../../../src/sources/registry/keys.ts';
import { heedingOrigins } from '../../../src/sources/registry/origin-memory.ts';
import type { Send } from '../../../src/sources/registry/send.ts';
import { scripted, startCarrier, terms } from '../../support/carriers.ts';
import { makeClock } from '../../support/clock.ts';
import { startDns } from '../../support/dns-server.ts';
import { aFailure, anEndpoint, anExchange, aResponse, inShort, unconnected } from '../../support/exchanges.ts';
import { startServer } from '../../support/servers.ts';

const endpoint = anEndpoint('https://registry.test');
const tooMany = (retryAfter?: string) =>
  aResponse(429, { headers: new Map(retryAfter === undefined ? [] : [['retry-after', [retryAfter]]]) });

function heeding(answer: Send) {
  const clock = makeClock();
  const { send, sent } = scripted(answer);
  const heeded = heedingOrigins(send, makeKeys(), clock);
  const ask = (part: Partial<Exchange> = {}, maxAgeMs = Number.POSITIVE_INFINITY, asker?: string) =>
    heeded(anExchange(endpoint, part), terms({ maxAgeMs, ...(asker !== undefined && { asker }) }));
  return { clock, sent, ask };
}

describe('429', () => {
  test('answers everything at the origin until its time is over, whatever age is wanted', async () => {
    const { clock, sent, ask } = heeding(async () => tooMany('30'));

    expect(await ask()).toEqual(tooMany('30'));
    clock.advance(29_999);
    expect(await ask()).toEqual({ ...tooMany('30'), ageMs: 29_999 });
    expect(await ask({ repository: 'other' }, 0)).toEqual({ ...tooMany('30'), ageMs: 29_999 });
    expect(sent).toHaveLength(1);
    clock.advance(1);
    await ask();
    expect(sent).toHaveLength(2);
  });

  test('does not speak for another origin, or for other TLS settings', async () => {
    const { sent, ask } = heeding(async () => tooMany());
    const tls = { verifiesCertificate: false, clientCertificates: [] };

    await ask();
    await ask({ url: 'https://other.test/v2/' });
    await ask({ url: 'https://registry.test:8443/v2/' });
    await ask({ endpoint: anEndpoint('https://registry.test', { tls }) });
    expect(sent).toHaveLength(4);
  });

  test('is for one login, one namespace, and what counts alike', async () => {
    const { sent, ask } = heeding(async () => tooMany('30'));

    for (const _ of [1, 2]) {
      await ask();
      await ask({ loginKey: 'alice' });
      await ask({}, 0, 'shop');
      await ask({ method: 'GET' });
    }
    expect(sent).toHaveLength(4);
  });

  test('to whoever was sent there by another registry does not silence the registry itself', async () => {
    const { sent, ask } = heeding(async () => tooMany('900'));
    const url = 'https://registry.test/v2/';

    await ask({ url, purpose: 'token', endpoint: anEndpoint('https://hostile.test') });
    await ask({ url, purpose: 'token' });
    expect(sent).toHaveLength(2);
  });

  test('stops those who wait for their turn', async () => {
    const server = await startServer((_request, response) => response.writeHead(429, { 'Retry-After': '30' }).end());
    const { send } = startCarrier({ perRegistryConcurrency: 2 });
    const registry = anEndpoint(`http://127.0.0.1:${server.port}`);

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, number) => send(anExchange(registry, { repository: `r${number}` }), terms())),
    );
    expect(answers.map(inShort).filter((short) => short === '429')).toHaveLength(50);
    expect(server.requests).toHaveLength(2);
  });
});

describe('no connection', () => {
  test.each(['dns', 'connection', 'tls', 'plain-http', 'refused-address'] as const)(
    '%s answers everybody at the origin for five seconds',
    async (cause) => {
      const { clock, sent, ask } = heeding(async () => unconnected(cause));
      const another = { repository: 'other', loginKey: 'alice' };

      await ask();
      clock.advance(4999);
      expect(await ask(another, undefined, 'shop')).toEqual(unconnected(cause, 4999));
      expect(sent).toHaveLength(1);
      expect(await ask(another, 4998)).toEqual(unconnected(cause));
      clock.advance(5000);
      expect(await ask()).toEqual(unconnected(cause));
      expect(sent).toHaveLength(3);
    },
  );

  test.each(['connection', 'tls'] as const)('%s after one was made speaks for one asker alone', async (cause) => {
    const { sent, ask } = heeding(async () => aFailure(cause));

    for (let turn = 0; turn < 8; turn += 1) await ask({ loginKey: 'mallory' });
    expect(sent).toHaveLength(1);
    expect(await ask({ loginKey: 'alice' })).toEqual(aFailure(cause));
    expect(await ask({ loginKey: 'mallory' }, undefined, 'shop')).toEqual(aFailure(cause));
    expect(sent).toHaveLength(3);
  });

  test('is not what a registry says that ends the connection', async () => {
    const server = await startServer((request, response) => {
      if (request.url?.includes('/bad/')) response.socket?.destroy();
      else response.writeHead(404).end();
    });
    const { send } = startCarrier();
    const registry = anEndpoint(`http://127.0.0.1:${server.port}`);

    expect(await send(anExchange(registry, { repository: 'bad' }), terms({ asker: 'one' }))).toEqual(
      aFailure('connection'),
    );
    expect(inShort(await send(anExchange(registry, { repository: 'good' }), terms({ asker: 'two' })))).toBe('404');
    expect(server.requests).toHaveLength(2);
  });

  test.each(['timeout', 'deadline', 'unacceptable-answer'] as const)('%s speaks for itself alone', async (cause) => {
    const { sent, ask } = heeding(async () => aFailure(cause));

    await ask();
    await ask();
    expect(sent).toHaveLength(2);
  });

  test('a name that does not exist is asked for once by many', async () => {
    const dns = await startDns(() => ({ kind: 'code', code: 'NXDOMAIN' }));
    const { send } = startCarrier({ dnsServers: [dns.address] });

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, number) => send(anExchange(endpoint, { repository: `r${number}` }), terms())),
    );
    expect(new Set(answers.map(inShort))).toEqual(new Set(['dns']));
    expect(dns.questions).toHaveLength(2);
  });
});

describe('trouble', () => {
  const bad: readonly Answer[] = [aResponse(503), aFailure('timeout')];

  test.each(bad)('five in a row and the origin is left alone for ten seconds: $cause $status', async (answer) => {
    const { clock, sent, ask } = heeding(async () => answer);

    for (let turn = 0; turn < 8; turn += 1) expect(inShort(await ask())).toBe(inShort(answer));
    expect(sent).toHaveLength(5);
    clock.advance(9999);
    expect(await ask({}, 0)).toMatchObject({ ageMs: 9999 });
    expect(sent).toHaveLength(5);
  });

  test.each(['foreign-address', 'unlisted-host'] as const)(
    'is not over because of a request that was not sent: %s',
    async (cause) => {
      const answers: Answer[] = [...Array<Answer>(4).fill(aResponse(503)), aFailure(cause), aResponse(503)];
      const { sent, ask } = heeding(async () => answers.shift() ?? aResponse(200));

      for (let number = 0; number < 6; number += 1) await ask({ repository: `r${number}` });
      expect(inShort(await ask())).toBe('503');
      expect(sent).toHaveLength(6);
    },
  );

  test('is said of other requests as what it is', async () => {
    const { ask } = heeding(async () => aResponse(503));

    for (let turn = 0; turn < 5; turn += 1) await ask();
    expect(inShort(await ask())).toBe('503');
    expect(inShort(await ask({ repository: 'other' }))).toBe('503');
  });

  test('of one login is not the trouble of another', async () => {
    const { sent, ask } = heeding(async () => aResponse(503));

    for (let turn = 0; turn < 8; turn += 1) await ask({ loginKey: 'mallory' });
    await ask({ loginKey: 'alice' });
    expect(sent).toHaveLength(6);
  });

  test('one good answer between breaks the row', async () => {
    const { sent, ask } = heeding(async () => aResponse(sent.length % 5 === 0 ? 404 : 500));

    for (let turn = 0; turn < 20; turn += 1) await ask();
    expect(sent).toHaveLength(20);
  });

  test('then one request asks whether it is over, and the others do not wait for it', async () => {
    let isOver = false;
    const probe = Promise.withResolvers<Answer>();
    const { clock, sent, ask } = heeding(async () => (isOver ? probe.promise : aResponse(500)));
    for (let turn = 0; turn < 5; turn += 1) await ask();
    clock.advance(10_000);
    isOver = true;

    const first = ask();
    expect(inShort(await ask({ repository: 'other' }))).toBe('500');
    expect(sent).toHaveLength(6);
    probe.resolve(aResponse(200));
    expect(inShort(await first)).toBe('200');
    expect(inShort(await ask())).toBe('200');
    expect(inShort(await ask({ repository: 'other' }))).toBe('200');
  });

  test('is over when somebody who asked before has a good answer', async () => {
    const slow = Promise.withResolvers<Answer>();
    const { sent, ask } = heeding(async ({ repository }) =>
      repository === 'slow' ? slow.promise : aFailure('timeout'),
    );
    const waiting = ask({ repository: 'slow' });
    for (let turn = 0; turn < 6; turn += 1) await ask();
    expect(sent).toHaveLength(1 + 5);

    slow.resolve(aResponse(200));
    expect(inShort(await waiting)).toBe('200');
    await ask();
    expect(sent).toHaveLength(1 + 5 + 1);
  });

  test('that is not over means another ten seconds', async () => {
    const { clock, sent, ask } = heeding(async () => aResponse(500));
    for (let turn = 0; turn < 5; turn += 1) await ask();

    for (const _ of [1, 2, 3]) {
      clock.advance(10_000);
      await Promise.all([ask(), ask(), ask()]);
      await ask();
    }
    expect(sent).toHaveLength(5 + 3);
  });
});
